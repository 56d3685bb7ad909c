"""Paginator of the admin with a capped COUNT and deferred joins, for lists of large tables."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.keyset import joined_last


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first 10,000 rows. The others are found by search and filters."""

    CAP = 10_000

    @cached_property
    def count(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return self.object_list.order_by().values("pk")[: self.CAP].count()

    def page(self, number: int | str) -> Page[Any]:
        """Return a page by a deferred join: otherwise a late page would join all rows before it."""
        found = super().page(number)
        if isinstance(self.object_list, QuerySet):
            start = (found.number - 1) * self.per_page
            found.object_list = joined_last(self.object_list, start, start + self.per_page)
        return found

    @property
    def is_capped(self) -> bool:
        return self.count >= self.CAP


class PagedList(ChangeList):
    """Use the deferred join for single-page lists, too: without LIMIT the planner may scan whole tables."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            self.result_list = joined_last(self.queryset, 0, self.list_per_page)
