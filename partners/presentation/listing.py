"""One of several lists on a page, each with a cursor of its own in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.keyset import Page


@dataclass(frozen=True)
class Listing:
    rows: tuple[Any, ...]
    previous: str  # addresses of the neighbouring pages, or empty
    next: str

    @property
    def total(self) -> str:
        """The number of rows when all of them are here; with more pages, how many there are at least."""
        if self.previous:
            return ""
        return f"{len(self.rows)}+" if self.next else str(len(self.rows))


def listing_of(request: HttpRequest, name: str, page: Page[Any], rows: tuple[Any, ...]) -> Listing:
    """`name`: the parameter that holds this list's cursor; those of the other lists stay as they are."""
    return Listing(rows, _address(request, name, page.newer), _address(request, name, page.older))


def _address(request: HttpRequest, name: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query[name] = cursor
    return f"?{query.urlencode()}"
