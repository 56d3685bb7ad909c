"""Disable the protections of a race, and hold the callers at the point where it is then lost.

On PostgreSQL these are row locks, compare-and-swap, unique constraints and advisory locks. On SQLite it is that a
transaction takes the write lock at its start (BEGIN IMMEDIATE).
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model, QuerySet

from accounts.log import triggers
from accounts.tests.races.racing import CALLERS, Race
from accounts.verification import limits

only_on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no single row.")

PATIENCE = 20.0  # seconds that a caller waits for others that may be blocked; less than the lock timeout
WRITES = ("INSERT", "UPDATE", "DELETE")


class Meeting:
    """A barrier for `parties` callers that also opens after a timeout."""

    def __init__(self, parties: int = CALLERS, patience: float = PATIENCE) -> None:
        self._parties, self._patience = parties, patience
        self._arrived, self._changed = 0, threading.Condition()

    def wait(self) -> None:
        with self._changed:
            self._arrived += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._arrived >= self._parties, timeout=self._patience)


@contextmanager
def holding_before(words: tuple[str, ...], meeting: Meeting) -> Iterator[None]:
    """Hold this caller once, before its first SQL statement that starts with one of the words."""
    has_met = False

    def hold(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal has_met
        if not has_met and sql.startswith(words):
            has_met = True
            meeting.wait()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hold):
        yield


@contextmanager
def meeting_before(race: Race, words: tuple[str, ...] = WRITES, **options: Any) -> Iterator[None]:
    """Hold every caller before such a statement until all have arrived."""
    meeting = Meeting(**options)
    with race.each_in(partial(holding_before, words, meeting)):
        yield


@contextmanager
def without_locks(race: Race, *models: type[Model], words: tuple[str, ...] = WRITES, **options: Any) -> Iterator[None]:
    """Disable row locks on these models (on SQLite: BEGIN IMMEDIATE), and let all callers read before one writes."""
    locking = QuerySet.select_for_update

    def select_for_update(rows: QuerySet[Any], *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return rows.all() if rows.model in models else locking(rows, *args, **kwargs)

    with (
        mock.patch.object(QuerySet, "select_for_update", select_for_update),
        race.each_in(_beginning_deferred),
        meeting_before(race, words, **options),
    ):
        yield


def without_serialised_sends() -> Any:
    """Disable the advisory lock that serializes the counting of sends."""
    return mock.patch.object(limits, "serialise_sends", return_value=None)


@contextmanager
def _beginning_deferred() -> Iterator[None]:
    if connection.vendor == "postgresql":
        yield
        return
    with mock.patch.object(connections["default"], "transaction_mode", "DEFERRED"):
        yield


@contextmanager
def without_constraint(model: type[Model], name: str) -> Iterator[None]:
    """Drop a unique constraint. Afterwards flush the tables, which may violate it, and restore it."""
    constraint = next(one for one in model._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        _flush()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)
        triggers.install(connection)


@contextmanager
def without_uniqueness(model: type[Model], name: str) -> Iterator[None]:
    """Drop the uniqueness of a field with unique=True, and restore it afterwards."""
    field: Any = model._meta.get_field(name)
    loose = copy.copy(field)
    loose._unique = False
    vars(loose).pop("unique", None)  # the field's cached property
    with connection.schema_editor() as editor:
        editor.alter_field(model, field, loose)
    try:
        yield
    finally:
        _flush()
        with connection.schema_editor() as editor:
            editor.alter_field(model, loose, field)
        triggers.install(connection)


def _flush() -> None:
    triggers.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    triggers.install(connection)


def on_this_database(*, postgresql: Any, sqlite: Any) -> Any:
    """Return the expectation for this database: unprotected, PostgreSQL does things twice and SQLite fails locked."""
    return postgresql if connection.vendor == "postgresql" else sqlite
