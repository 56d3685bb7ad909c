"""What is dead or full is seen by `/readyz?part=delivery`, and no process is unique: two clocks share the work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Heartbeat, Notification
from accounts.tests.factories import SmsDeviceFactory
from accounts.tests.notices import queue_notices
from portal import probe, readiness
from portal.tests.kills.broker_failures import redis_of
from portal.tests.kills.receiver import Receiver
from portal.tests.kills.system import HOST, System

HANGING = 60.0
NOTICES = 40

pytestmark = pytest.mark.kills


def is_delivering(system: System) -> bool:
    return probe.answers("/readyz?part=delivery", system.port, HOST)


def wait_until_delivering(system: System, expected: bool = True) -> None:
    until, pause = time.monotonic() + HANGING, Event()
    while is_delivering(system) is not expected:
        assert time.monotonic() < until, system.said("web")[-3000:]
        pause.wait(0.5)


def let_the_tick_age() -> None:
    """Age the last tick, as if its time limit had passed. A clock that runs ticks again within a second."""
    Heartbeat.objects.filter(job=Heartbeat.Job.TICK).update(
        at=timezone.now() - readiness.LATEST_TICK - timedelta(seconds=1)
    )
    Event().wait(3.0)


@pytest.mark.parametrize("index", [0, 1], ids=["worker or clock", "beat"])
def test_a_dead_clock_is_seen_and_its_return_too(system: System, index: int) -> None:
    names = ["worker", "beat"] if system.has_broker else ["clock"]
    if index >= len(names):
        pytest.skip("REDIS_URL is not set.")
    system.start()
    wait_until_delivering(system)
    let_the_tick_age()
    assert is_delivering(system)
    system.programs[names[index]].kill()
    let_the_tick_age()
    assert not is_delivering(system)
    assert probe.answers("/readyz", system.port, HOST)
    system.programs[names[index]].start()
    wait_until_delivering(system)


def test_a_full_redis_is_seen_while_it_answers_ping(system: System) -> None:
    if not system.has_broker:
        pytest.skip("REDIS_URL is not set.")
    system.start()
    wait_until_delivering(system)
    with redis_of(system) as redis:
        redis.config_set("maxmemory", "1")
        assert redis.ping()
        wait_until_delivering(system, expected=False)
        redis.config_set("maxmemory", "0")
    wait_until_delivering(system)


@contextmanager
def doubled(system: System) -> Iterator[list[str]]:
    """Run a second process of each kind in the background, in the same directory."""
    names = [name for name in system.background if name != "redis"]
    for name in names:
        twin = f"{name}-2"
        system.programs[twin] = replace(system.programs[name], name=twin, log=system.scratch / f"{twin}.log")
    twins = [f"{name}-2" for name in names]
    try:
        yield [*names, *twins]
    finally:
        for twin in twins:
            system.programs.pop(twin).end()


def test_two_of_each_process_send_everything_once(system: System, receiver: Receiver) -> None:
    with transaction.atomic():
        queue_notices(*(SmsDeviceFactory.create().user for _ in range(NOTICES)))
    with doubled(system) as names:
        system.start()
        assert receiver.wait_until(lambda: not Notification.objects.filter(state="queued").exists(), HANGING)
        sent = Counter(delivery.key for delivery in receiver.taken())
        assert (len(sent), set(sent.values())) == (2 * NOTICES, {1})
        assert [name for name in names if not system.programs[name].is_running] == []


def test_either_of_two_processes_carries_on_alone(system: System) -> None:
    with doubled(system) as names:
        system.start()
        wait_until_delivering(system)
        for name in names[: len(names) // 2]:
            system.programs[name].kill()
        let_the_tick_age()
        wait_until_delivering(system)
