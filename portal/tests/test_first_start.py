"""The first start of a fresh clone: the data directory, the example of the variables, and lists that end in `head`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.tests.kills.system import database_url
from portal.tests.processes import PRODUCTION, ROOT, environment, run

SAMPLE = ROOT / ".env.example"


def test_migrate_makes_the_data_directory(tmp_path: Path) -> None:
    var = tmp_path / "not" / "there"
    finished = run(["manage.py", "migrate", "--no-input", "--verbosity", "0"], PRODUCTION, var)
    assert finished.returncode == 0, finished.stderr
    assert (var / "portal.sqlite3").exists()
    assert var.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "run_clock"],
        ["-m", "gunicorn", "portal.wsgi"],
        ["-m", "celery", "-A", "portal", "beat"],
    ],
)
def test_a_data_directory_that_cannot_be_made_is_one_sentence(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finished = run(command, PRODUCTION, tmp_path / "file" / "var")
    assert finished.returncode != 0
    assert "VAR_DIR names a directory that cannot be made (NotADirectoryError)." in finished.stderr
    assert "Traceback" not in finished.stderr


def test_sh_reads_the_example_to_the_letter(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(_with_every_line())
    script = f"set -eu; set -a; . {tmp_path}/.env; set +a; exec env -0"
    finished = subprocess.run(["sh", "-c", script], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True)
    read = dict(line.split("=", 1) for line in finished.stdout.decode().rstrip("\0").split("\0"))
    written = dict(re.findall(r"^([A-Z_]+)=(.*)$", _with_every_line(), re.MULTILINE))
    assert {name: read[name] for name in written} == {name: _unquoted(value) for name, value in written.items()}
    assert read["SMS_HTTP_TEMPLATE"] == '{"to": "{to}", "text": "{body}"}'
    assert read["PRODUCT_NAME"] == "Partner Portal"
    assert finished.stderr == b""


def _with_every_line() -> str:
    """Return the example with the variables that stand in comments switched on."""
    return re.sub(r"^#([A-Z_]+=)", r"\1", SAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _unquoted(value: str) -> str:
    quoted = re.fullmatch(r"'([^']*)'|\"([^\"]*)\"", value)
    return (quoted[1] or quoted[2] or "") if quoted else value


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", [["create_login", "--list"], ["help"]])
def test_a_list_whose_reader_has_gone_ends_quietly(command: list[str], tmp_path: Path) -> None:
    values = {**PRODUCTION, "DATABASE_URL": database_url()}
    with subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(values, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 141
