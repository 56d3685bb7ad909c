"""Many who append to one chain at the same time: each entry gets its own number and the right hash before it."""

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


def at_once(call: Callable[[], Answer]) -> list[Answer]:
    """Let 8 threads, each with its own connection, begin together."""
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
def test_eight_who_open_a_chain_at_once_make_one_unbroken_chain() -> None:
    at_once(append_three)
    numbers = list(OperationLogEntry.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, 3 * CALLERS + 1))
    assert ChainHead.objects.get().seq == 3 * CALLERS
    call_command("verify_operation_log")


@pytest.mark.django_db(transaction=True)
def test_the_times_of_a_chain_never_run_against_its_numbers() -> None:
    at_once(append_three)
    times = list(OperationLogEntry.objects.order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
