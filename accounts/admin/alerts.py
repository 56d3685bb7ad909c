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


AlertQuery = Callable[[HttpRequest], Alert | None]
_QUERIES: list[AlertQuery] = []


def alert(query: AlertQuery) -> AlertQuery:
    """Register a query: one cheap query that answers with an alert, or None when nothing waits."""
    _QUERIES.append(query)
    return query


def alerts_for(request: HttpRequest) -> list[Alert]:
    return [found for query in _QUERIES if (found := query(request))]
