"""Pages of a list that grows: by key, never by number, so that every page is one range of an index.

The row after which a page begins stands in a signed cursor, together with the filter that it belongs to.
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
    """The cursor was tampered with, or belongs to another list or filter."""


@dataclass(frozen=True)
class Page(Generic[ModelT]):
    """One page, in the order of the list; `newer` and `older` are the cursors of its neighbours."""

    rows: list[ModelT]
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class _Key:
    """The columns of the order, the last of them unique, and what binds a cursor to its list."""

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
        """Match the rows behind `values` in the given direction: `x <= a AND NOT (x = a AND y >= b)`.

        The first column alone bounds the range of the index; the rest cuts off its ties.
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
    """Return the first page, or the one that `cursor` names, in one query and without counting.

    `order` holds columns that are never null, the last of them unique. `filters` is any text that names the list and
    its filter: a cursor of another one raises BadCursor, which is answered as 404.
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
    """Return rows `start` to `stop`, found by their keys alone before anything is joined to them, in one query.

    A planner with old statistics would else join the whole list, and then throw all but a page of it away; so it does
    with more than eight joins, whatever it knows, unless the keys are a value that stands before all of them.
    """
    if not ordered.query.select_related:
        return ordered[start:stop]
    keys = ordered.values("pk")[start:stop]
    joined = ordered.all()
    joined.query.where = WhereNode()
    return joined.filter(_IsOneOf(F("pk"), keys) if connection.vendor == "postgresql" else Q(pk__in=keys))


class _IsOneOf(Func):
    """`pk = ANY(ARRAY(SELECT ...))`: PostgreSQL answers the inner query first, and looks the rows up by their keys."""

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
        """Pass on EmptyResultSet: keys that nothing can match are no query, so there is none around them either."""
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
