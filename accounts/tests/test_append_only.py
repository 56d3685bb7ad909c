"""The triggers that make the operation log append-only."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, transaction

from accounts.log import triggers
from accounts.models import OperationLogEntry
from accounts.tests.log_people import World, world

__all__ = ["world"]

TABLE = OperationLogEntry._meta.db_table


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def wanted() -> set[str]:
    return set(triggers.POSTGRESQL if connection.vendor == "postgresql" else triggers.SQLITE)


def test_the_triggers_are_on_the_table_of_the_model() -> None:
    assert triggers.TABLE == TABLE


@pytest.mark.django_db
def test_triggers_exist_after_migrate() -> None:
    assert triggers.installed(connection) == wanted()


@pytest.mark.parametrize("column", [field.column for field in OperationLogEntry._meta.concrete_fields])
def test_raw_sql_cannot_update_a_column(world: World, column: str) -> None:
    world.append()
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"UPDATE {TABLE} SET {column} = {column}")


def test_raw_sql_cannot_delete_an_entry(world: World) -> None:
    world.append()
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"DELETE FROM {TABLE}")
    assert OperationLogEntry.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL has TRUNCATE.")
@pytest.mark.django_db
def test_raw_sql_cannot_truncate_the_log() -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"TRUNCATE {TABLE}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite has INSERT OR REPLACE.")
@pytest.mark.parametrize("keys", ["id, chain, seq", "NULL, chain, seq", "id, 'vendor', 77"])
def test_raw_sql_cannot_replace_an_entry(world: World, keys: str) -> None:
    world.append()
    columns = {field.attname for field in OperationLogEntry._meta.concrete_fields}
    rest = ", ".join(sorted(columns - {"id", "chain", "seq"}))
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"INSERT OR REPLACE INTO {TABLE} (id, chain, seq, {rest}) SELECT {keys}, {rest} FROM {TABLE}")


def test_entries_can_still_be_appended(world: World) -> None:
    world.append()
    assert world.append().seq == 2


@pytest.mark.django_db
def test_installing_the_triggers_is_idempotent() -> None:
    triggers.install(connection)
    triggers.install(connection)
    assert triggers.installed(connection) == wanted()


@pytest.mark.django_db
def test_migrate_restores_the_triggers_of_a_remade_table() -> None:
    triggers.remove(connection)
    assert triggers.installed(connection) == set()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    assert triggers.installed(connection) == wanted()


def test_flush_works_after_removing_the_triggers(world: World) -> None:
    world.append()
    triggers.remove(connection)
    triggers.remove(connection)
    run(f"DELETE FROM {TABLE}")
    assert not OperationLogEntry.objects.exists()
