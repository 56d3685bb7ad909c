"""An operator who follows README.md line by line in a clone: commands to their end, services in the background."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from portal import probe
from portal.tests.processes import environment

READY_WITHIN = 60.0  # seconds: timeouts against hanging tests
DONE_WITHIN = 120.0
STOP_WITHIN = 30.0
LOADS_ENVIRONMENT = "set -a"
SERVICES = {"make web", "make worker", "make beat"}


@dataclass
class Operator:
    clone: Path
    environment: dict[str, str]
    lines: list[str] = field(default_factory=list)  # that were run
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _loaded: str = ""

    def follow(self, line: str, **placeholders: str) -> str:
        """Run a line of README.md with its placeholders filled in. Return what it printed to stdout."""
        self.lines.append(line)
        command = line
        for name, value in placeholders.items():
            assert name in line, (name, line)
            command = command.replace(name, value)
        if line.startswith(LOADS_ENVIRONMENT):
            self._loaded += f"{line}\n"
        if line in SERVICES:
            self._start(line)
            return ""
        return self._run(command)

    def fill_in(self, values: dict[str, str]) -> None:
        """Replace the values of variables in .env, also of those that stand in comments there."""
        file = self.clone / ".env"
        text = file.read_text(encoding="utf-8")
        for name, value in values.items():
            line = re.compile(rf"^#?{name}=.*$", re.MULTILINE)
            text = line.sub(f"{name}='{value}'", text) if line.search(text) else f"{text}{name}='{value}'\n"
        file.write_text(text)

    def answer(self, line: str, answers: dict[str, str]) -> str:
        """Run a line that asks on a terminal, and answer each of its questions. Return all that stood there."""
        self.lines.append(line)
        ours, theirs = os.openpty()
        process = self._popen(line, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown, asked = "", list(answers)
        while asked or process.poll() is None:
            shown += _read(ours)
            if asked and asked[0] in shown.rpartition("\n")[2]:
                os.write(ours, f"{answers[asked.pop(0)]}\n".encode())
        assert process.wait(DONE_WITHIN) == 0, shown
        os.close(ours)
        return shown

    def wait_for_web(self, port: int, host: str) -> None:
        until, pause = time.monotonic() + READY_WITHIN, threading.Event()
        while not probe.answers("/readyz", port, host):
            assert time.monotonic() < until, self.said("make web")[-4000:]
            pause.wait(0.2)

    def said(self, line: str) -> str:
        """Return the output of a service."""
        return self._log(line).read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        for service in self.services.values():
            service.terminate()
        for service in self.services.values():
            service.wait(STOP_WITHIN)

    def _start(self, line: str) -> None:
        with self._log(line).open("wb") as log:
            self.services[line] = self._popen(f"exec {line}", stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _run(self, command: str) -> str:
        process = self._popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed, complained = process.communicate(timeout=DONE_WITHIN)
        assert process.returncode == 0, (command, printed.decode(), complained.decode())
        return printed.decode()

    def _popen(self, command: str, **files: int | object) -> subprocess.Popen[bytes]:
        script = f"set -eu\n{self._loaded}{command}"
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            ["sh", "-c", script], cwd=self.clone, env=self.environment, start_new_session=True, **files
        )

    def _log(self, line: str) -> Path:
        return self.clone.parent / f"{line.replace(' ', '-')}.log"


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace").replace("\r\n", "\n")
    except OSError:  # the program has ended
        return ""


def bare_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of a new shell: no variable of the portal, none of the make around the tests."""
    dropped = ("MAKE", "MFLAGS", "VAR_DIR", "PYTEST")
    return {name: value for name, value in environment({}, scratch).items() if not name.startswith(dropped)}
