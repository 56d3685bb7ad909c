"""Container health checks: `python -m portal.probe healthz|readyz|readyz?part=delivery [ADDRESS]`.

It asks the web process at the address, or on this machine. Uses only the standard library and the environment, because
it runs every few seconds.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException


def answers(path: str, port: int, host: str = "localhost", bind: str = "127.0.0.1") -> bool:
    """Return whether the path is answered with 200 for the Host header `host`."""
    connection = HTTPConnection(bind, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def main(path: str = "healthz", address: str = "127.0.0.1") -> int:
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    return 0 if answers(f"/{path}", int(os.environ.get("PORT") or 8000), host, address) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
