"""Progress of a long import, printed every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

EVERY = 2.0  # seconds


class Progress:
    def __init__(self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._started = self._reported_at = clock()

    def report(self, what: str, count: int, *, of: tuple[int, int] = (0, 0), is_last: bool = False) -> None:
        """Print `count` of `what`, and the part `of` the whole if given, at most once every EVERY seconds."""
        now = self._clock()
        if not is_last and now - self._reported_at < EVERY:
            return
        self._reported_at = now
        seconds = max(now - self._started, 0.001)
        rate = _("%(rate)s a second") % {"rate": f"{count / seconds:,.0f}"}
        self._write(f"{count:,} {what}{self._rest(of, seconds)}, {rate}")

    def _rest(self, of: tuple[int, int], seconds: float) -> str:
        """Return the percentage done and the estimated time left."""
        done, whole = of
        if not done or done >= whole:
            return ""
        left = round(seconds * (whole - done) / done)
        return " " + _("(%(percent)s %%, about %(left)s s left)") % {"percent": 100 * done // whole, "left": left}
