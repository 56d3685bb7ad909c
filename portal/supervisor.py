"""Process supervisor of `manage.py serve`: runs the web, worker and beat processes together.

A process that exits is restarted with exponential back-off. If one keeps exiting, all are stopped. The children never
outlive the supervisor, even if it is killed (on Linux).
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

POLL_INTERVAL = 0.2  # seconds
STOP_WITHIN = 15.0  # seconds
STABLE_AFTER = 30.0  # seconds, after which the failure counter of a child is reset
MAX_FAILURES = 5  # in a row
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
        """Start the process in a new session, so that Ctrl-C reaches only the supervisor, which stops the children."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )

    def poll(self) -> str:
        """Start the process if it is due, or record that it exited. Return a message, or ""."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return ""
        status = self.process.poll()
        return "" if status is None else self._stopped(status)

    def _stopped(self, status: int) -> str:
        self.process = None
        lived = time.monotonic() - self.started_at
        self.failures = 1 if lived > STABLE_AFTER else self.failures + 1
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
        """Run until SIGINT, SIGTERM or SIGHUP (return 0), or until a child keeps exiting (return 1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            while not self._stop.is_set():
                if not self._poll():
                    return 1
                self._stop.wait(POLL_INTERVAL)
            return 0
        finally:
            self._end_all()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _poll(self) -> bool:
        for child in self.children:
            message = child.poll()
            if child.failures >= MAX_FAILURES:
                self.say(f"{child.name} stopped {MAX_FAILURES} times in a row: everything ends. Its output says why.")
                return False
            if message:
                self.say(message)
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
    """On Linux, have the kernel send SIGTERM to the child when the supervisor dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
