"""Says how far a long import is, every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

EVERY = 2.0  # seconds


class Progress:
    def __init__(self, say: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._started = self._told = clock()

    def tell(self, what: str, count: int, *, of: tuple[int, int] = (0, 0), is_last: bool = False) -> None:
        """Say `count` of `what`, with the part `of` a whole if that is known, unless something was said just now."""
        now = self._clock()
        if not is_last and now - self._told < EVERY:
            return
        self._told = now
        seconds = max(now - self._started, 0.001)
        rate = _("%(rate)s a second") % {"rate": f"{count / seconds:,.0f}"}
        self._say(f"{count:,} {what}{self._rest(of, seconds)}, {rate}")

    def _rest(self, of: tuple[int, int], seconds: float) -> str:
        """How much of the whole is done, and how long the rest takes at the same pace."""
        done, whole = of
        if not done or done >= whole:
            return ""
        left = round(seconds * (whole - done) / done)
        return " " + _("(%(percent)s %%, about %(left)s s left)") % {"percent": 100 * done // whole, "left": left}
