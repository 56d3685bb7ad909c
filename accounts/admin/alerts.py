"""Alerts on the index page of the admin: work that waits for staff, each with a link to its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

COUNTED_TO = 1000  # alerts count up to this number, to stay cheap


@dataclass(frozen=True)
class Alert:
    text: str
    href: str


AlertQuery = Callable[[HttpRequest], Alert | None]
_QUERIES: list[AlertQuery] = []


def alert(query: AlertQuery) -> AlertQuery:
    """Register a function that returns an alert or None, with one cheap query."""
    _QUERIES.append(query)
    return query


def alerts_for(request: HttpRequest) -> list[Alert]:
    return [found for query in _QUERIES if (found := query(request))]
