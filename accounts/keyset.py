"""Keyset pagination: every page is one range of an index, whatever its depth.

The sort key of the row before the page is in a signed cursor, which is valid for one list and one filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.core import signing
from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet
from django.db.models.sql.where import WhereNode
from django.http import Http404

ModelT = TypeVar("ModelT", bound=Model)
PAGE_SIZE = 50
NEWER, OLDER = "newer", "older"


class BadCursor(Http404):
    """The cursor was forged, or belongs to another list or filter. Answered as 404."""


@dataclass(frozen=True)
class Page(Generic[ModelT]):
    """One page, in the order of the list. `newer` and `older` are the cursors of the adjacent pages, or None."""

    rows: list[ModelT]
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class _Key:
    """The sort columns, the last of them unique, and the salt that binds a cursor to its list."""

    order: tuple[str, ...]
    purpose: str

    @property
    def names(self) -> list[str]:
        return [name.lstrip("-") for name in self.order]

    def reversed(self) -> list[str]:
        return [name[1:] if name.startswith("-") else f"-{name}" for name in self.order]

    def cursor_at(self, row: Model, direction: str) -> str:
        values = [_to_text(getattr(row, name)) for name in self.names]
        return signing.dumps([direction, *values], salt=self.purpose, compress=True)

    def read(self, cursor: str, model: type[Model]) -> tuple[str, list[Any]]:
        try:
            direction, *texts = signing.loads(cursor, salt=self.purpose)
        except signing.BadSignature as error:
            raise BadCursor from error
        fields = [model._meta.get_field(name) for name in self.names]
        return direction, [field.to_python(text) for field, text in zip(fields, texts, strict=True)]  # type: ignore[union-attr]

    def beyond(self, values: list[Any], direction: str) -> Q:
        """Match the rows after `values` in the given direction: `x <= a AND NOT (x = a AND y >= b)`.

        The first column alone bounds the index range. The second condition removes its ties.
        """
        order = self.order if direction == OLDER else tuple(self.reversed())
        name, value = order[0].lstrip("-"), values[0]
        if len(order) == 1:
            return Q(**{f"{name}__{_strictly(order[0])}": value})
        tie = Q(**{name: value}) & ~_Key(order[1:], "").beyond(values[1:], OLDER)
        return Q(**{f"{name}__{_strictly(order[0])}e": value}) & ~tie


def page_of(
    queryset: QuerySet[ModelT],
    *,
    cursor: str = "",
    order: tuple[str, ...] = ("-at", "-id"),
    size: int = PAGE_SIZE,
    filters: str = "",
) -> Page[ModelT]:
    """Return the first page, or the page of `cursor`, in one query and without a COUNT.

    The columns of `order` are not nullable, and the last one is unique. `filters` is any text that identifies the list
    and its filter: a cursor of another one raises BadCursor.
    """
    key = _Key(order, f"accounts.keyset:{queryset.model._meta.label}:{order}:{filters}")
    if not cursor:
        return _downwards(key, _first(queryset, order, size + 1), size, is_first=True)
    direction, values = key.read(cursor, queryset.model)
    rows = queryset.filter(key.beyond(values, direction))
    if direction == NEWER:
        return _upwards(key, _first(rows, tuple(key.reversed()), size + 1), size)
    return _downwards(key, _first(rows, order, size + 1), size, is_first=False)


def _first(queryset: QuerySet[ModelT], order: tuple[str, ...], number: int) -> list[ModelT]:
    return list(joined_last(queryset.order_by(*order), 0, number))


def joined_last(ordered: QuerySet[ModelT], start: int, stop: int) -> QuerySet[ModelT]:
    """Return rows `start` to `stop` by a deferred join: a subquery finds their keys, and only those rows are joined.

    Otherwise a planner with outdated statistics joins the whole list and discards all but one page. PostgreSQL does so
    with more than eight joins in any case (join_collapse_limit), unless the keys are an array computed first.
    """
    if not ordered.query.select_related:
        return ordered[start:stop]
    keys = ordered.values("pk")[start:stop]
    joined = ordered.all()
    joined.query.where = WhereNode()
    return joined.filter(_IsOneOf(F("pk"), keys) if connection.vendor == "postgresql" else Q(pk__in=keys))


class _IsOneOf(Func):
    """`pk = ANY(ARRAY(SELECT ...))`: PostgreSQL runs the subquery first and then looks the rows up by primary key."""

    output_field = BooleanField()

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        """Compile both sides. EmptyResultSet of the subquery propagates, so the outer query is skipped as well."""
        (key, key_params), (keys, keys_params) = map(compiler.compile, self.source_expressions)
        return f"({key} = ANY(ARRAY{keys}))", (*key_params, *keys_params)


def _downwards(key: _Key, rows: list[ModelT], size: int, *, is_first: bool) -> Page[ModelT]:
    shown = rows[:size]
    newer = None if is_first or not shown else key.cursor_at(shown[0], NEWER)
    older = key.cursor_at(shown[-1], OLDER) if len(rows) > size else None
    return Page(shown, newer, older)


def _upwards(key: _Key, rows: list[ModelT], size: int) -> Page[ModelT]:
    shown = rows[:size][::-1]
    newer = key.cursor_at(shown[0], NEWER) if len(rows) > size else None
    older = key.cursor_at(shown[-1], OLDER) if shown else None
    return Page(shown, newer, older)


def _strictly(name: str) -> str:
    return "lt" if name.startswith("-") else "gt"


def _to_text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(cast("str | int | UUID | Decimal", value))
