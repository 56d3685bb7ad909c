"""Generate random secret keys of a demo or single-machine installation, in files that only their owner can read.

The Makefile runs `python -m portal.keys FILE...` before anything is configured, so this uses only the standard library.
"""

import os
import secrets
import sys
from pathlib import Path


def ensure(path: Path) -> str:
    """Return the key in the file, and create it if it does not exist. Concurrent callers get the same key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    """Create the file atomically (write a draft, then link it), without replacing an existing one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        ensure(Path(name))
