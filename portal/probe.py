"""Asks this machine's own web process how it is: `python -m portal.probe [readyz]`, for container health checks.

Uses the standard library and the environment only, so that asking every few seconds costs next to nothing.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException


def answers(path: str, port: int, host: str = "localhost", bind: str = "127.0.0.1") -> bool:
    """Return whether the path is answered with 200 under the name `host`."""
    connection = HTTPConnection(bind, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    path = f"/{sys.argv[1] if len(sys.argv) > 1 else 'healthz'}"
    hosts = os.environ.get("ALLOWED_HOSTS") or "localhost"
    return 0 if answers(path, int(os.environ.get("PORT") or 8000), hosts.split(",")[0].strip().lstrip(".")) else 1


if __name__ == "__main__":
    sys.exit(main())
