"""What a killed process leaves behind is gone after the next start, and nothing of the portal is in /tmp."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import probe
from portal.tests.processes import DEMO, ROOT, environment, free_port

HANGING = 120
# Fills the staging of an import beyond what SQLite keeps in memory.
STAGE = """
import django; django.setup()
from partners.focus.staging import Staging
staging = Staging()
staging._disk.execute("PRAGMA cache_size = 10")
staging._disk.executemany("INSERT INTO unread VALUES (?, ?)", ((str(n), "x" * 500) for n in range(5000)))
print("staged", flush=True)
input()
"""


@contextmanager
def _web(port: int, var: Path, tmp: Path) -> Iterator[subprocess.Popen[bytes]]:
    values = {**DEMO, "PORT": str(port), "TMPDIR": str(tmp), "WEB_WORKERS": "1"}
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(values, var), stderr=subprocess.PIPE) as web:
        assert web.stderr is not None
        try:
            while b"Booting worker" not in (line := web.stderr.readline()):
                assert line, "gunicorn ended"
            while not probe.answers("/brand.css", port):  # a page of Django, which counts
                assert web.poll() is None
            yield web
        finally:
            web.terminate()
            web.wait(HANGING)


def test_a_killed_web_process_leaves_no_counters_after_the_next_start(tmp_path: Path) -> None:
    port, var, tmp = free_port(), tmp_path / "var", tmp_path / "tmp"
    tmp.mkdir()
    with _web(port, var, tmp) as web:
        web.kill()
        web.wait(HANGING)
    left = _counters(var, port)
    assert left
    with _web(port, var, tmp):
        assert _counters(var, port).isdisjoint(left)
    assert not (var / f"metrics-{port}").exists()
    assert list(tmp.iterdir()) == []


def _counters(var: Path, port: int) -> set[str]:
    return {file.name for file in (var / f"metrics-{port}").glob("*.db")}


def test_a_killed_import_leaves_no_staging_file(tmp_path: Path) -> None:
    values = {
        **DEMO,
        "TMPDIR": str(tmp_path),
        "SQLITE_TMPDIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    with subprocess.Popen(
        [sys.executable, "-c", STAGE],
        cwd=ROOT,
        env=environment({}, tmp_path / "var") | values,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as staging:
        assert staging.stdout is not None
        assert staging.stdout.readline() == b"staged\n"
        staging.kill()
    assert [path.name for path in tmp_path.iterdir() if path.name != "var"] == []
