"""Container health checks: `python -m portal.probe healthz|readyz|beat`.

healthz and readyz ask the web process. beat checks that Celery beat has written its schedule file lately. Uses only the
standard library and the environment, because it runs every few seconds.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

BEAT_MAX_AGE = 600  # seconds


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


def beats(var: Path) -> bool:
    """Return whether beat has written its schedule lately. The file's suffix depends on the platform's dbm."""
    return any(time.time() - file.stat().st_mtime < BEAT_MAX_AGE for file in var.glob("beat-schedule*"))


def main(what: str) -> int:
    if what == "beat":
        return 0 if beats(Path(os.environ.get("VAR_DIR") or "var")) else 1
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    return 0 if answers(f"/{what}", int(os.environ.get("PORT") or 8000), host) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "healthz"))
