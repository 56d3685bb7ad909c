"""Bulk loading for PostgreSQL: COPY, and dropping indexes and constraints meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'u') ORDER BY contype = 'f', oid
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u') ORDER BY indexrelid
"""


def copy(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append `rows`, with values for the columns `names`. The other columns get the field's default."""
    others = [field for field in model._meta.concrete_fields if field.attname not in names and field.attname != "id"]
    rest = tuple(_default(field) for field in others)
    columns = ", ".join(f'"{name}"' for name in [*names, *(str(field.column) for field in others)])
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as target:
        for row in rows:
            target.write_row((*row, *rest))


def _default(field: Field[Any, Any]) -> Any:
    value = field.get_default()
    return json.dumps(value) if isinstance(field, JSONField) else value


@contextmanager
def without_indexes() -> Iterator[list[str]]:
    """Drop all indexes and constraints except primary keys. Yield the statements that create them again."""
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS)
        constraints = cursor.fetchall()
        for table, name, _ in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield [
        *(definition for _, definition in indexes),
        *(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in constraints),
    ]


def set_sequence(model: type[Model]) -> None:
    """Set the table's ID sequence to the highest loaded ID."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
        )
