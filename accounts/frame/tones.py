"""The tone of a word that is shown as a tag: info, good, warn or bad. A word without one is neutral."""

from __future__ import annotations

from collections.abc import Mapping

TONES: dict[str, str] = {
    "done": "good",
    "refused": "bad",
    "failed": "bad",
    "unknown": "warn",
    "queued": "info",
    "sent": "good",
    "unpaid": "warn",
    "paid": "good",
    # levels of django.contrib.messages
    "info": "info",
    "success": "good",
    "warning": "warn",
    "error": "bad",
}


def provide(tones: Mapping[str, str]) -> None:
    """Add the tones of the words of another app."""
    TONES.update(tones)


def tone_of(word: str) -> str:
    return TONES.get(word, "neutral")
