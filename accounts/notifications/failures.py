"""How sending fails: typed by what the sender does next. Neither names a number, an address or a code."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\S+@\S+")
_DIGITS = re.compile(r"[(+]?\d(?:[\s().-]{0,2}\d){3,}")
LONGEST = 200


class SendingFailed(Exception):
    """`str()` of it is stored and shown to staff: scrubbed."""

    def __init__(self, word: str) -> None:
        super().__init__(scrub(word))


class PermanentFailure(SendingFailed):
    """Trying again cannot help: the number does not exist, the address is refused."""


class RetryLater(SendingFailed):
    """The provider is slow, down or busy: the ladder says when to try again."""


def scrub(text: str) -> str:
    """Return `text` on one line without addresses and without runs of four or more digits."""
    flat = " ".join(text.split())
    return _DIGITS.sub("…", _ADDRESS.sub("…", flat))[:LONGEST]
