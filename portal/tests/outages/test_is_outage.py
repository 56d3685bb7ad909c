"""Which errors of the database are outages, asked with real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from accounts.models import User
from accounts.outages import is_outage, sentence
from accounts.tests.factories import UserFactory
from portal.tests.outages import faults
from portal.tests.outages.faults import read_only
from portal.tests.processes import free_port

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server.")


def error_of(statement: str, on: BaseDatabaseWrapper | None = None) -> Error:
    with pytest.raises(Error) as raised:
        faults.run(statement, on)
    return raised.value


def another(**changes: Any) -> Any:
    """Return a connection of its own with changed settings."""
    return ConnectionHandler({"default": {**connection.settings_dict, **changes}})["default"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM nowhere",
        "SELECT nothing FROM accounts_user",
        "SELEC 1",
        "INSERT INTO accounts_user (id) VALUES (1)",
    ],
)
def test_a_wrong_statement_is_a_bug(statement: str) -> None:
    assert not is_outage(error_of(statement))


def test_a_duplicate_is_a_bug() -> None:
    user = UserFactory()
    with pytest.raises(Error) as raised:
        User.objects.create(pk=user.pk, username="another")
    assert not is_outage(raised.value)


@on_postgresql
def test_going_on_in_an_aborted_transaction_is_a_bug() -> None:
    with transaction.atomic():
        for statement in ("SELECT 1 FROM nowhere", "SELECT 1"):
            assert not is_outage(error_of(statement))
        transaction.set_rollback(True)


def test_other_exceptions_are_bugs() -> None:
    assert not is_outage(RuntimeError("database is locked"))
    assert not is_outage(None)


def test_a_read_only_database_is_an_outage_with_a_sentence() -> None:
    with read_only():
        error = error_of("DELETE FROM accounts_challenge")
    assert is_outage(error)
    assert sentence(error).endswith(". Nothing is half done. Run the same command again.")
    assert "\n" not in sentence(error)


@on_postgresql
def test_an_absent_server_is_an_outage() -> None:
    assert is_outage(error_of("SELECT 1", another(HOST="127.0.0.1", PORT=free_port())))


@on_postgresql
def test_an_absent_database_is_an_outage() -> None:
    assert is_outage(error_of("SELECT 1", another(NAME="nowhere")))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a server.")
def test_a_file_that_cannot_be_opened_is_an_outage(tmp_path: Path) -> None:
    assert is_outage(error_of("SELECT 1", another(NAME=str(tmp_path / "nowhere" / "portal.sqlite3"))))


@on_postgresql
def test_an_exhausted_pool_is_an_outage() -> None:
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 0.1}}
    first = another(CONN_MAX_AGE=0, OPTIONS=options)
    second = first.copy()
    try:
        faults.run("SELECT 1", first)
        assert is_outage(error_of("SELECT 1", second))
        first.close()
        faults.run("SELECT 1", second)
    finally:
        second.close()
        first.close_pool()
