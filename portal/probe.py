"""Asks this machine's own processes how they are, for container health checks: `python -m portal.probe WHAT`.

WHAT is healthz or readyz of the web process, or beat, whose schedule is written every few minutes.

Uses the standard library and the environment only, so that asking every few seconds costs next to nothing.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

BEAT_WITHIN = 600  # seconds


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


def beats(var: Path) -> bool:
    """Return whether beat has written its schedule lately. The suffix depends on the platform's database."""
    return any(time.time() - file.stat().st_mtime < BEAT_WITHIN for file in var.glob("beat-schedule*"))


def main(what: str) -> int:
    if what == "beat":
        return 0 if beats(Path(os.environ.get("VAR_DIR") or "var")) else 1
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    return 0 if answers(f"/{what}", int(os.environ.get("PORT") or 8000), host) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "healthz"))
