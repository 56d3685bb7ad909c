"""What waits for staff: lines on the first page of the admin, each with a link to the list of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

COUNTED_TO = 1000  # beyond it nobody needs the number


@dataclass(frozen=True)
class Alert:
    text: str
    href: str


Reader = Callable[[HttpRequest], Alert | None]
_READERS: list[Reader] = []


def alert(reader: Reader) -> Reader:
    """Register a reader: one cheap query that answers with an alert, or None when nothing waits."""
    _READERS.append(reader)
    return reader


def alerts_for(request: HttpRequest) -> list[Alert]:
    return [found for reader in _READERS if (found := reader(request))]
