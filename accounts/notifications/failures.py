"""Exceptions of sending: permanent or retry later. Their texts never contain a number, an address or a code."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\S+@\S+")
_DIGITS = re.compile(r"[(+]?\d(?:[\s().-]{0,2}\d){3,}")
LONGEST = 200


class SendingFailed(Exception):
    """Its text is scrubbed, because it is stored and shown to staff."""

    def __init__(self, word: str) -> None:
        super().__init__(scrub(word))


class PermanentFailure(SendingFailed):
    """A retry cannot succeed: the number does not exist, the address is rejected."""


class RetryLater(SendingFailed):
    """The provider is slow, down or busy. The retry delays are in retries.py."""


def scrub(text: str) -> str:
    """Return `text` on one line without addresses and without runs of four or more digits."""
    flat = " ".join(text.split())
    return _DIGITS.sub("…", _ADDRESS.sub("…", flat))[:LONGEST]
