"""kill -9 of the background processes and of Redis under load: accepted requests are done and notified once."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import Notification
from partners.models import DisassociationRequest
from portal.tests.kills import world
from portal.tests.kills.books import Balance, balance
from portal.tests.kills.driver import Load
from portal.tests.kills.receiver import Receiver
from portal.tests.kills.system import System

SECONDS = float(os.environ.get("KILL_SECONDS", "60"))
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
GAPS = (1.0, 7.0)  # seconds between two kills; a worker needs some of them to start
LATENCY = 0.3  # seconds, so that a kill can occur between the receipt of a message and the saving of its outcome
DRAINED_WITHIN = 300.0  # seconds: leases of killed senders, and a timeout against hanging tests

pytestmark = pytest.mark.kills


def test_nothing_is_lost_or_sent_twice_over_kills(
    system: System, receiver: Receiver, count: Callable[[str], None]
) -> None:
    customers = world.build(customers=400)
    receiver.latency = LATENCY
    system.start()
    load = Load(system.port, receiver, iter(customers), SEED)
    load.start()
    try:
        kill_for(SECONDS, system, random.Random(SEED))
    finally:
        system.revive()
        load.stop()
    begun, receiver.latency = time.monotonic(), 0.0
    is_drained = receiver.wait_until(nothing_waits, DRAINED_WITHIN)
    drained_after = time.monotonic() - begun
    books = balance(load.taken, receiver.taken())
    count(summary(system, load, books, drained_after))
    verified = system.manage("verify_operation_log")
    assert load.faults == []
    assert is_drained, still_waiting()
    assert books.faults == ()
    assert verified.returncode == 0, verified.stderr
    assert tracebacks(system) == []
    assert books.requests > 0
    assert sum(program.kills for program in system.programs.values()) > 0


def kill_for(seconds: float, system: System, chance: random.Random) -> None:
    """Kill and restart processes at random times and in random order, each equally often."""
    until, pause = time.monotonic() + seconds, threading.Event()
    victims: list[str] = []
    while (left := until - time.monotonic()) > 0:
        pause.wait(min(left, chance.uniform(*GAPS)))
        system.revive()
        victims = victims or chance.sample(system.background, len(system.background))
        system.restart(victims.pop())


def nothing_waits() -> bool:
    queued = Notification.objects.filter(state=Notification.State.QUEUED)
    return not queued.exists() and not DisassociationRequest.objects.filter(status="approved").exists()


def still_waiting() -> list[tuple[str, int, str]]:
    queued = Notification.objects.filter(state=Notification.State.QUEUED)
    return list(queued.values_list("idempotency_key", "attempts", "last_error"))


def tracebacks(system: System) -> list[str]:
    """Return lines of the web process about server errors and lock timeouts."""
    lines = [line for name in system.programs for line in system.said(name).splitlines()]
    return [line for line in lines if "database is locked" in line or "request_failed" in line]


def summary(system: System, load: Load, books: Balance, drained_after: float) -> str:
    ends = ", ".join(f"{number} {end}" for end, number in sorted(load.counts().items()))
    kills = ", ".join(f"{program.name} {program.kills}" for program in system.programs.values() if program.kills)
    ended = sum(program.ends for program in system.programs.values())
    waits = sorted(load.code_waits)
    return (
        f"{connection.vendor}, seed {SEED}, {SECONDS:.0f} s: {books.requests} requests ({ends}); kills: {kills}, "
        f"ended by itself: {ended}; "
        f"{books.notices} notices, {books.deliveries} deliveries, {books.duplicates} repeated with their own key; "
        f"a code came after {waits[len(waits) // 2]:.1f} s (median), {waits[-1]:.1f} s (longest); "
        f"the slowest POST took {max(load.post_seconds):.2f} s; all was told {drained_after:.0f} s after the load; "
        f"faults: {len(load.faults)} on the way, {len(books.faults)} in the books"
    )
