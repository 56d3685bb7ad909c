"""Transactional tests end with empty tables, in spite of the append-only triggers."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction

from accounts.log import triggers
from accounts.models import OperationLogEntry
from partners.models import Policy, Statement

pytestmark = pytest.mark.django_db(transaction=True)


def _entry() -> OperationLogEntry:
    return OperationLogEntry.objects.create(
        chain="vendor",
        seq=1,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        operation="currency-set",
        result="done",
        side="vendor",
        payload="{}",
        hash="0" * 64,
    )


@pytest.mark.parametrize("turn", [1, 2])
def test_each_transactional_test_starts_with_an_empty_log(turn: int) -> None:
    _entry()
    assert OperationLogEntry.objects.count() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_each_transactional_test_finds_the_rows_of_the_migrations(turn: int) -> None:
    assert (Policy.objects.count(), Statement.objects.count()) == (1, 1)
    assert Permission.objects.filter(content_type__model="policy").count() == 4
    Policy.objects.all().delete()


@pytest.mark.parametrize("turn", [1, 2])
def test_triggers_are_restored_after_a_flush(turn: int) -> None:
    entry = _entry()
    assert triggers.installed(connection)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_operationlogentry WHERE id = %s", [entry.pk])
