"""Database triggers that make the operation log append-only: UPDATE and DELETE raise IntegrityError.

`install` and `remove` are idempotent. A migration that remakes the table on SQLite drops its triggers, so
accounts/apps.py installs them after every migrate. Only test flushes and the reverse migration call `remove`.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "accounts_operationlogentry"
MESSAGE = "The operation log is append-only."

# SQLite's INSERT OR REPLACE deletes without firing delete triggers, so the insert trigger refuses to replace a row.
SQLITE = {
    "operation_log_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "operation_log_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "operation_log_no_replace": f"BEFORE INSERT ON {TABLE}"
    f" WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
}
FUNCTION = "operation_log_is_append_only"
POSTGRESQL = {
    "operation_log_no_change": f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create missing triggers. Do nothing if the table does not exist yet."""
    triggers = _triggers(connection)
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        missing = triggers.keys() - installed(connection)
        if missing and connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23000'; END $$"
            )
        for name in sorted(missing):
            cursor.execute(f"CREATE TRIGGER {name} {triggers[name]}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, for test flushes and for the reverse migration."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in sorted(installed(connection)):
            cursor.execute(f"DROP TRIGGER {name}{on_table}")


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of our triggers that exist and are enabled."""
    listing = (
        f"SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('{TABLE}') AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}'"
    )
    with connection.cursor() as cursor:
        cursor.execute(listing)
        names = {row[0] for row in cursor.fetchall()}
    return names & _triggers(connection).keys()


def install_after_migrate(using: str, **_kwargs: Any) -> None:
    """Install the triggers after a migrate (receiver of post_migrate)."""
    install(connections[using])


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
