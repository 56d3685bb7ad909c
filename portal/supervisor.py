"""Keeps the processes of one machine running together: all of them, or none.

A child that stops is started again after a pause that doubles; one that keeps stopping ends the whole, with a word
why. However the supervisor ends, no child outlives it.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

LOOK_EVERY = 0.2  # seconds
STOP_WITHIN = 15.0
SHORT_LIFE = 30.0  # a child that lived longer was well, and its failures are forgotten
FAILURES = 5
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0
    first_pause: float = 1.0  # seconds; doubles with every failure in a row

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C reaches the supervisor only, who ends the children in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )

    def look(self) -> str:
        """Start it when it is time, note when it stopped; return what there is to say."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return ""
        status = self.process.poll()
        return "" if status is None else self._stopped(status)

    def _stopped(self, status: int) -> str:
        self.process = None
        lived = time.monotonic() - self.started_at
        self.failures = 1 if lived > SHORT_LIFE else self.failures + 1
        pause = self.first_pause * 2 ** (self.failures - 1)
        self.start_at = time.monotonic() + pause
        return f"{self.name} stopped ({_why(status)}); it is started again in {pause:.0f} s."


@dataclass
class Supervisor:
    children: list[Child]
    say: Callable[[str], None]
    is_ready: Callable[[], bool]
    on_ready: Callable[[], None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _is_announced: bool = False

    def run(self) -> int:
        """Run until SIGINT or SIGTERM (0), or until a child cannot be kept alive (1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            while not self._stop.is_set():
                if not self._look():
                    return 1
                self._stop.wait(LOOK_EVERY)
            return 0
        finally:
            self._end_all()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _look(self) -> bool:
        for child in self.children:
            news = child.look()
            if child.failures >= FAILURES:
                self.say(f"{child.name} stopped {FAILURES} times in a row: everything ends. Its output says why.")
                return False
            if news:
                self.say(news)
        if not self._is_announced and self.is_ready():
            self._is_announced = True
            self.on_ready()
        return True

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_WITHIN
        for process in running:
            _wait_or_kill(process, until)


def _wait_or_kill(process: subprocess.Popen[bytes], until: float) -> None:
    try:
        process.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _why(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _die_with_parent() -> None:
    """On Linux, ask for a SIGTERM when the supervisor is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
