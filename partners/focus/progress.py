"""Says how far a long import is, every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

EVERY = 2.0  # seconds


class Progress:
    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._started = self._told = time.monotonic()

    def tell(self, what: str, count: int, *, of: tuple[int, int] = (0, 0), is_last: bool = False) -> None:
        """Say `count` of `what`, with the part `of` a whole if that is known, unless something was said just now."""
        now = time.monotonic()
        if not is_last and now - self._told < EVERY:
            return
        self._told = now
        done, whole = of
        percent = f" ({100 * done // whole} %)" if whole else ""
        rate = _("%(rate)s a second") % {"rate": f"{count / max(now - self._started, 0.001):,.0f}"}
        self._say(f"{count:,} {what}{percent}, {rate}")
