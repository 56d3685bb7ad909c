"""Concurrent appends to one chain: unique numbers and correct previous hashes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.log.append import LogScope, append
from accounts.models import ChainHead, Operation, OperationLogEntry, Side

CALLERS = 8
SCOPE = LogScope("association:1", Side.SYSTEM, None, None, None)
Answer = TypeVar("Answer")


def run_concurrently(call: Callable[[], Answer]) -> list[Answer]:
    """Run the call in 8 threads at the same time, each with its own connection."""
    barrier = Barrier(CALLERS)

    def one() -> Answer:
        try:
            barrier.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(CALLERS)]]


def append_three() -> None:
    for _ in range(3):
        with transaction.atomic(durable=True):
            append(SCOPE, Operation.SEEN)


@pytest.mark.django_db(transaction=True)
def test_concurrent_first_entries_make_one_unbroken_chain() -> None:
    run_concurrently(append_three)
    numbers = list(OperationLogEntry.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, 3 * CALLERS + 1))
    assert ChainHead.objects.get().seq == 3 * CALLERS
    call_command("verify_operation_log")


@pytest.mark.django_db(transaction=True)
def test_times_of_a_chain_are_in_the_order_of_its_numbers() -> None:
    run_concurrently(append_three)
    times = list(OperationLogEntry.objects.order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
