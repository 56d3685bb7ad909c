"""The portal's programs as a vendor runs them, each with its output in a file."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from portal import probe
from portal.management.commands.serve import commands
from portal.tests.processes import ROOT, environment, free_port

WITHIN = 60.0


class Programs:
    def __init__(self, scratch: Path, values: dict[str, str]) -> None:
        self.scratch, self.port = scratch, free_port()
        self.values = {**values, "PORT": str(self.port), "DJANGO_SETTINGS_MODULE": "portal.settings"}
        self.commands = commands(values.get("REDIS_URL", ""))
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        with (self.scratch / f"{name}.log").open("ab") as output:
            self.running[name] = subprocess.Popen(
                [sys.executable, *self.commands[name]],
                cwd=ROOT,
                env=environment(self.values, self.scratch),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if name == "web":
            self._wait_for_the_web()

    def start_background(self) -> None:
        for name in self.commands.keys() - {"web"}:
            self.start(name)

    def stop_background(self) -> None:
        self._end([name for name in self.running if name != "web"])

    def stop(self) -> None:
        self._end([*self.running])

    def output(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.scratch.glob("*.log")))

    def output_of_one_that_prints(self, variable: str) -> str:
        """Of a program that gives a secret away, started and written down like the others."""
        self.commands["careless"] = ["-c", f"import os; print('it is', os.environ[{variable!r}])"]
        self.start("careless")
        self.running["careless"].wait(timeout=WITHIN)
        return (self.scratch / "careless.log").read_text()

    def _end(self, names: list[str]) -> None:
        for name in names:
            self.running[name].terminate()
        for name in names:
            try:
                self.running.pop(name).wait(timeout=30)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"{name} does not end.") from None

    def _wait_for_the_web(self) -> None:
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            if probe.answers("/healthz", self.port, "localhost"):
                return
            time.sleep(0.1)
        raise AssertionError(f"The web process does not answer:\n{self.output()[-2000:]}")
