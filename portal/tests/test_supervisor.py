"""The supervisor: all processes run, or none, whatever process ends and however the supervisor ends.

The tests detect by the end of an inherited pipe that no process is left.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from portal import probe
from portal.management.commands.serve import commands
from portal.tests.processes import DEMO, ROOT, environment, free_port, run

SLOW = 120  # seconds: a timeout against hanging tests


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a migrated and loaded database."""
    var = tmp_path_factory.mktemp("prepared")
    for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
        assert run(["manage.py", *command], DEMO, var).returncode == 0
    return var


@pytest.fixture
def var(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "var")
    return tmp_path / "var"


@contextmanager
def _serving(var: Path, values: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment(values, var),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SLOW)


def _read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} never came:\n{seen}")


def test_it_starts_everything_says_where_and_ends_everything_on_a_signal(tmp_path: Path) -> None:
    port = free_port()
    with _serving(tmp_path, {**DEMO, "PORT": str(port)}) as process:
        said = _read_until(process, "Ctrl-C ends everything")
        assert f"http://localhost:{port}/" in said
        assert "demo-password" in said
        assert all(name in said for name in ("customer-ready", "partner-admin", "staff"))
        assert probe.answers("/healthz", port)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SLOW)
        assert process.returncode == 0
        assert not probe.answers("/healthz", port)


def test_a_web_process_that_is_killed_is_started_again(var: Path) -> None:
    port = free_port()
    with _serving(var, {**DEMO, "PORT": str(port)}) as process:
        said = _read_until(process, "Ctrl-C ends everything")
        os.kill(_gunicorn(said), signal.SIGKILL)
        _read_until(process, "web stopped (killed by SIGKILL)")
        _read_until(process, "Listening at")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SLOW)
        assert process.returncode == 0


def _gunicorn(said: str) -> int:
    """Return the PID of gunicorn's master from its log line."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    listening = next(line["event"] for line in lines if "Listening at" in line.get("event", ""))
    return int(listening.rsplit("(", 1)[1].rstrip(")"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_no_process_outlives_a_supervisor_that_is_killed(var: Path) -> None:
    port = free_port()
    with _serving(var, {**DEMO, "PORT": str(port)}) as process:
        _read_until(process, "Ctrl-C ends everything")
        process.kill()
        process.communicate(timeout=SLOW)
        assert not probe.answers("/healthz", port)


@pytest.mark.worker
def test_with_a_broker_worker_and_beat_run_instead_of_the_clock(var: Path) -> None:
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    port = free_port()
    with _serving(var, {**DEMO, "PORT": str(port), "REDIS_URL": settings.REDIS_URL}) as process:
        _read_until(process, "Ctrl-C ends everything")
        assert probe.answers("/readyz", port)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SLOW)
        assert process.returncode == 0


def test_it_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        finished = run(["manage.py", "serve"], {**DEMO, "PORT": str(port)}, tmp_path)
    assert finished.returncode == 1
    assert f"Port {port} is taken" in finished.stderr
    assert "Traceback" not in finished.stderr


FAILING = """
import sys
from portal.supervisor import Child, Supervisor
bad = Child("bad", [sys.executable, "-c", "raise SystemExit(3)"], {}, first_pause=0)
good = Child("good", [sys.executable, "-c", "import signal; signal.pause()"], {})
sys.exit(Supervisor([good, bad], print, lambda: False, lambda: None).run())
"""


def test_process_that_keeps_exiting_ends_everything(tmp_path: Path) -> None:
    finished = run(["-c", FAILING], {}, tmp_path)
    assert finished.returncode == 1
    assert "bad stopped (exit status 3)" in finished.stdout
    assert "bad stopped 5 times in a row" in finished.stdout


def test_without_a_broker_the_clock_runs_beside_the_web() -> None:
    assert set(commands("")) == {"web", "clock"}


def test_with_a_broker_worker_and_beat_are_started() -> None:
    assert set(commands("redis://localhost/0")) == {"web", "worker", "beat"}
