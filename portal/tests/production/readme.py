"""The production lines of README.md, and a fresh copy of the checkout to run them in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from portal.tests.processes import ROOT

SECTION = re.compile(r"^\*\*Without containers\*\*.*?(?=^\*\*Upgrade\*\*)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def lines() -> list[str]:
    """Return the commands of an installation without containers, in their order, without comments."""
    section = SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert section, "README.md has no production section"
    commands = [line.partition("  #")[0].strip() for block in BLOCK.findall(section[0]) for line in block.splitlines()]
    return [command for command in commands if command]


def clone(to: Path) -> None:
    """Copy the files of the checkout as they are, without var/, .env and whatever else is ignored."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    _borrow_packages(to / ".venv")


def _borrow_packages(venv: Path) -> None:
    """Use the packages of this Python: installing them again would take a minute and the package index."""
    venv.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(Path(sys.prefix) / name)
    (venv / ".runtime").touch()
