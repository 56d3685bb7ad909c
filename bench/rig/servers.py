"""The portal and the baseline server, each in a gunicorn with two sync workers, on free ports."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import urlopen

# Raise the hourly limits on codes, because a benchmark submits in seconds what takes hours otherwise.
ENVIRONMENT = {"DEMO": "1", "CODE_LIMIT_IP": "1000000", "CODE_LIMIT_INSTALLATION": "1000000", "TRUSTED_PROXIES": "1"}


@dataclass(frozen=True)
class Site:
    address: str
    pid: int  # of gunicorn's master: its children do the work


@dataclass(frozen=True)
class Servers:
    portal: Site
    stick: Site


def start_django() -> None:
    """Set up Django with the benchmark settings and migrate. Exit if wrk or PostgreSQL is missing."""
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed. On Debian or Ubuntu: apt-get install wrk")
    if "postgres" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("DATABASE_URL names no PostgreSQL database. `.ci/with-services make bench ...` starts one.")
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", **ENVIRONMENT}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def running(database: str = "") -> Iterator[Servers]:
    """Run both servers until the block ends, on `database` or DATABASE_URL."""
    portal, stick = _start("bench.settings", database), _start("bench.stick", database)
    try:
        for _, site in (portal, stick):
            _wait_for(f"{site}/healthz")
        yield Servers(*(Site(site, process.pid) for process, site in (portal, stick)))
    finally:
        for process, _ in (portal, stick):
            process.terminate()
        for process, _ in (portal, stick):
            process.wait(timeout=20)


def _start(settings: str, database: str) -> tuple[subprocess.Popen[bytes], str]:
    port = _free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "sync", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:bench.gunicorn", *options, "portal.wsgi"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    environment["DATABASE_URL"] = database or environment["DATABASE_URL"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process, f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(address, timeout=30).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not answer.")
