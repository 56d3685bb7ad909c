"""Generates the keys of a demo or a single-machine installation: random, kept in `var/`, readable by their owner only.

Uses nothing but the standard library, since the Makefile runs it before anything is configured:
`python -m portal.keys FILE...`
"""

import os
import secrets
import sys
from pathlib import Path


def ensure(path: Path) -> str:
    """Return the key in the file, which is made first if it is not there. Two callers at once get the same key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    """Write beside and link: the file appears whole or not at all, and never replaces another."""
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
