"""Querysets that are worded once: their SQL is kept, and only the values in it change from call to call.

For the few that every hot path asks: the ORM takes longer to word each of them than a database to answer it. What is
prepared is an ordinary queryset, so each rule still has its one definition.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Value = int | datetime


@dataclass(frozen=True)
class _Wording:
    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: dict[str, tuple[int, ...]]  # where each value stands among the params


@dataclass(frozen=True)
class Prepared:
    """`Prepared(build)(customer=1, now=...)` is `list(build(customer=1, now=...))`, worded once a process.

    The values are whole numbers and moments, and their kinds are named here: `kinds=(("customer", int), ...)`. They
    stand in the SQL as they are and must not change it: `build` slices by no value, branches on none and computes
    with none.
    """

    build: Callable[..., QuerySet[Any, Any]]
    kinds: tuple[tuple[str, type[Value]], ...]

    def __call__(self, **values: Value) -> list[Any]:
        wording = _wording(self, connection.vendor)
        queryset: Any = wording.queryset.all()
        queryset.query.get_compiler = lambda *_args, **_kwargs: _filled(wording, values)
        return list(queryset)


def _filled(wording: _Wording, values: dict[str, Value]) -> Any:
    """The compiler with the values in their places, on the connection of this thread."""
    params = list(wording.params)
    for name, value in values.items():
        for place in wording.places[name]:
            params[place] = _adapted(value)
    compiler = copy(wording.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *_args, **_kwargs: (wording.sql, tuple(params))
    return compiler


@cache
def _wording(prepared: Prepared, vendor: str) -> _Wording:  # noqa: ARG001 - a key of the cache
    """Word it with one set of values, then with each value changed alone: the params that differ are its places."""
    first = {name: _sample(kind, number) for number, (name, kind) in enumerate(prepared.kinds)}
    queryset, compiler, sql, params = _worded(prepared, first)
    places = {}
    for name, kind in prepared.kinds:
        _other, _compiler, other_sql, others = _worded(prepared, first | {name: _sample(kind, len(first))})
        places[name] = tuple(place for place, pair in enumerate(zip(params, others, strict=True)) if len({*pair}) > 1)
        if other_sql != sql or not places[name]:
            raise ValueError(f"{name} changes the SQL, or is no param of it.")
    return _Wording(queryset, compiler, sql, params, places)


def _worded(prepared: Prepared, values: dict[str, Value]) -> tuple[QuerySet[Any, Any], Any, str, tuple[Any, ...]]:
    queryset = prepared.build(**values)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return queryset, compiler, sql, tuple(params)


def _adapted(value: Value) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _sample(kind: type[Value], number: int) -> Value:
    """A value that differs from that of any other number: equal ones would be one in a list."""
    return datetime(1971, 1, 1 + number, tzinfo=UTC) if kind is datetime else -1 - number
