"""Assertions for the end of every race."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from io import StringIO

from django.core.management import call_command

from accounts.models import Event, Notification, Operation, OperationLogEntry, Result, User
from accounts.tests.notices import reached


def assert_chains_verify() -> None:
    """Run verify_operation_log, which raises on a fault."""
    call_command("verify_operation_log", stdout=StringIO(), stderr=StringIO())


def results(chain: str, *operations: Operation) -> Counter[str]:
    """Count the chain's entries by result, for these operations or for all."""
    entries = OperationLogEntry.objects.filter(chain=chain)
    if operations:
        entries = entries.filter(operation__in=operations)
    return Counter(entries.values_list("result", flat=True))


def assert_one_done(chain: str, *operations: Operation, losers: int) -> None:
    """Assert one entry with result done, and at most one refused entry per loser."""
    found = results(chain, *operations)
    assert found[Result.DONE] == 1, found
    assert found[Result.REFUSED] <= losers, found
    assert found[Result.FAILED] == 0, found


def assert_told_once(event: Event, reference: str, recipients: Iterable[User], channels: Iterable[str]) -> None:
    """Assert exactly one notice per recipient and channel."""
    told = Notification.objects.filter(event=event, reference=reference).values_list("recipient", "channel")
    assert sorted(told) == reached(*recipients, channels=channels)
