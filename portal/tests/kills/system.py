"""The portal's real processes, started like in production with a separate Redis, to be killed and restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from portal import probe
from portal.management.commands.serve import commands
from portal.tests.kills.receiver import Receiver
from portal.tests.processes import PRODUCTION, ROOT, environment, free_port, run

READY_WITHIN = 180.0  # seconds: a timeout against hanging tests
STOP_WITHIN = 30.0
HOST = PRODUCTION["ALLOWED_HOSTS"]


@dataclass
class Program:
    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0
    ends: int = 0  # by itself

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def end(self) -> None:
        """Terminate processes with children, and kill the others without waiting for their tasks."""
        if self.process is None or not self.is_running:
            return
        if self.name == "web":
            self.process.terminate()
        else:
            self.process.kill()
        self.process.wait(STOP_WITHIN)


@dataclass
class System:
    """The portal in production mode on the test database. Its messages go to the receiver."""

    scratch: Path
    static: Path
    receiver: Receiver
    has_broker: bool
    port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)
    programs: dict[str, Program] = field(init=False)
    crashes: int = 0  # of PostgreSQL

    def __post_init__(self) -> None:
        of_portal = environment(self.values, self.scratch)
        python = {
            name: Program(name, [sys.executable, *command], of_portal, self._log(name))
            for name, command in commands(self.redis_url).items()
        }
        self.programs = {**({"redis": self._redis()} if self.has_broker else {}), **python}

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0" if self.has_broker else ""

    @property
    def values(self) -> dict[str, str]:
        """Return the environment variables: production, behind a proxy, with high limits."""
        return {
            **PRODUCTION,
            "SECRET_KEY": settings.SECRET_KEY,  # these two, for codes that a test queues
            "CODE_KEY": settings.CODE_KEYS[0],
            "PORT": str(self.port),
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.redis_url,
            "SMS_HTTP_URL": f"http://127.0.0.1:{self.receiver.sms_port}/messages",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.receiver.mail_port}",
            "CODE_LIMIT_IP": "1000000",
            "CODE_LIMIT_INSTALLATION": "1000000",
            "STATIC_ROOT": str(self.static),
        }

    @property
    def background(self) -> list[str]:
        """Return the names of the background processes, which the tests kill."""
        return [name for name in self.programs if name != "web"]

    def start(self, *names: str) -> None:
        for name in names or tuple(self.programs):
            self.programs[name].start()
        if self.programs["web"].is_running:
            self._wait_for_web()

    def restart(self, name: str) -> None:
        """Kill the process with kill -9 and start it again."""
        self.programs[name].kill()
        self.programs[name].start()

    def crash_postgres(self) -> None:
        """Kill a backend with kill -9: PostgreSQL ends all connections, recovers from its log and starts again."""
        with psycopg.connect(database_url()) as victim:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
        self.crashes += 1
        connection.close()

    def revive(self) -> None:
        """Restart processes that have exited, like a process manager does."""
        for program in self.programs.values():
            if program.process is not None and not program.is_running:
                program.ends += 1
                program.start()

    def end(self) -> None:
        for name in ("web", "beat", "worker", "clock", "redis"):
            if name in self.programs:
                self.programs[name].end()

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py to its end."""
        return run(["manage.py", *command], self.values, self.scratch)

    def said(self, name: str) -> str:
        """Return the output of the process."""
        log = self._log(name)
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def _redis(self) -> Program:
        """Start Redis like docker-compose.yml, with an append-only file that survives kills."""
        data = self.scratch / "redis"
        data.mkdir()
        command = ["redis-server", "--appendonly", "yes", "--bind", "127.0.0.1"]
        command += ["--port", str(self.redis_port), "--dir", str(data)]
        return Program("redis", command, {}, self._log("redis"))

    def _log(self, name: str) -> Path:
        return self.scratch / f"{name}.log"

    def _wait_for_web(self) -> None:
        until, pause = time.monotonic() + READY_WITHIN, threading.Event()
        while time.monotonic() < until and self.programs["web"].is_running:
            if probe.answers("/healthz", self.port, HOST):
                return
            pause.wait(0.2)
        raise AssertionError(f"The web process does not answer:\n{self.said('web')[-4000:]}")


def collect_static(to: Path, scratch: Path) -> None:
    """Run collectstatic for the web process."""
    values = {**PRODUCTION, "STATIC_ROOT": str(to), "DATABASE_URL": "sqlite:///:memory:"}
    finished = run(["manage.py", "collectstatic", "--no-input"], values, scratch)
    assert finished.returncode == 0, finished.stderr


def database_url() -> str:
    """Return the URL of the test database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else str(values["USER"])
    return f"postgres://{login}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
