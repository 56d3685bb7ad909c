"""Colours (tones) of the words that are shown as tags: info, good, warn, bad, or neutral by default."""

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
    """Register the tones of another app's words."""
    TONES.update(tones)


def tone_of(word: str) -> str:
    return TONES.get(word, "neutral")
