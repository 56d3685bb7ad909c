"""Real faults of the test database, each until the end of its block. The limits of this connection are short then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

Fault = Callable[[], AbstractContextManager[None]]
REQUESTS = "partners_disassociationrequest"
LIMIT = 100  # milliseconds


def run(statement: str, on: BaseDatabaseWrapper | None = None) -> None:
    with (on or connection).cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    run(f"SET {name} = '{value}'")
    try:
        yield
    finally:
        run(f"RESET {name}")


@contextmanager
def held(statement: str) -> Iterator[None]:
    """Run a statement that takes a lock in the transaction of another connection."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        run(statement, other)
        yield
    finally:
        other.rollback()
        other.close()


def tables_locked(*names: str) -> AbstractContextManager[None]:
    """Lock tables, or on SQLite the file, in another connection. The limits of this connection stay as they are."""
    return held(f"LOCK TABLE {', '.join(names)}") if connection.vendor == "postgresql" else file_locked()


def rows_locked(name: str) -> AbstractContextManager[None]:
    """Lock the rows of a table, or on SQLite the file, like `tables_locked`."""
    return held(f"SELECT 1 FROM {name} FOR UPDATE") if connection.vendor == "postgresql" else file_locked()


@contextmanager
def row_locked() -> Iterator[None]:
    with setting("lock_timeout", f"{LIMIT}ms"), rows_locked("partners_association"):
        yield


@contextmanager
def table_locked() -> Iterator[None]:
    with setting("lock_timeout", f"{LIMIT}ms"), tables_locked(REQUESTS):
        yield


@contextmanager
def statement_too_slow() -> Iterator[None]:
    with setting("statement_timeout", f"{LIMIT}ms"), rows_locked("partners_association"):
        yield


@contextmanager
def transactions_read_only() -> Iterator[None]:
    with setting("default_transaction_read_only", "on"):
        yield


@contextmanager
def trigger(body: str) -> Iterator[None]:
    """Run `body` whenever a request is inserted."""
    run(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NEW; END $$")
    run(f"CREATE TRIGGER fault BEFORE INSERT ON {REQUESTS} FOR EACH ROW EXECUTE FUNCTION fault()")
    try:
        yield
    finally:
        connection.close()
        run("DROP FUNCTION fault CASCADE")


def disk_full() -> AbstractContextManager[None]:
    return trigger("RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'")


def too_many_connections() -> AbstractContextManager[None]:
    return trigger("RAISE EXCEPTION 'too many clients' USING ERRCODE = '53300'")


def cut_off() -> AbstractContextManager[None]:
    return trigger("PERFORM pg_terminate_backend(pg_backend_pid())")


@contextmanager
def file_locked() -> Iterator[None]:
    run(f"PRAGMA busy_timeout = {LIMIT}")
    other = connection.copy()
    try:
        run("BEGIN IMMEDIATE", other)
        yield
    finally:
        other.close()
        connection.close()


@contextmanager
def file_read_only() -> Iterator[None]:
    run("PRAGMA query_only = 1")
    try:
        yield
    finally:
        run("PRAGMA query_only = 0")


@contextmanager
def file_full() -> Iterator[None]:
    """Forbid the file to grow, and let every request need more than its free pages."""
    run("CREATE TABLE filler (content BLOB)")
    size = _free_bytes() + 1_000_000
    run(f"CREATE TRIGGER fault BEFORE INSERT ON {REQUESTS} BEGIN INSERT INTO filler VALUES (zeroblob({size})); END")
    run("PRAGMA max_page_count = 1")  # becomes the present count
    try:
        yield
    finally:
        run("PRAGMA max_page_count = 1073741823")
        run("DROP TRIGGER fault")
        run("DROP TABLE filler")


def _free_bytes() -> int:
    """Return the size of the free pages of the file, which earlier tests have left."""
    with connection.cursor() as cursor:
        pages, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
    return int(pages) * int(size)


if connection.vendor == "postgresql":
    locked, read_only = row_locked, transactions_read_only
    FAULTS: tuple[Fault, ...] = (
        *(row_locked, table_locked, statement_too_slow, transactions_read_only),
        *(disk_full, too_many_connections, cut_off),
    )
else:
    locked, read_only = file_locked, file_read_only
    FAULTS = (file_locked, file_read_only, file_full)
