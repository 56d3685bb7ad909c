"""Listing: one of several paginated lists on a page, each with its cursor in the query string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.keyset import Page


@dataclass(frozen=True)
class Listing:
    rows: tuple[Any, ...]
    previous: str  # links to the adjacent pages, or empty
    next: str

    @property
    def total(self) -> str:
        """The number of rows, with "+" if there are more pages; empty on later pages."""
        if self.previous:
            return ""
        return f"{len(self.rows)}+" if self.next else str(len(self.rows))


def listing_of(request: HttpRequest, name: str, page: Page[Any], rows: tuple[Any, ...]) -> Listing:
    """Return the listing. `name` is the query parameter of this list's cursor; other parameters are kept."""
    return Listing(rows, _address(request, name, page.newer), _address(request, name, page.older))


def _address(request: HttpRequest, name: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query[name] = cursor
    return f"?{query.urlencode()}"
