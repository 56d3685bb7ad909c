"""Races of delivery: eight senders on the same due messages send each once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from accounts.log.append import LogScope
from accounts.models import Channel, Event as Told, Notification, Operation, User
from accounts.models.notification import NotificationQuerySet
from accounts.notifications import deliver, outbox
from accounts.notifications.deliver import BATCH, MAX_SENDERS, deliver_channel
from accounts.operations.resend_notice import NotFailed, Resent, resend_notice
from accounts.sms import memory
from accounts.tests.factories import SmsDeviceFactory, StaffFactory
from accounts.tests.notices import queue_notices, queued, queued_code
from accounts.tests.races.books import assert_one_done
from accounts.tests.races.protections import (
    Meeting,
    meeting_before,
    only_on_postgresql,
    without_locks,
)
from accounts.tests.races.racing import CALLERS, Race, in_rounds, kinds

State = Notification.State
LOSERS = CALLERS - 1
send = partial(deliver_channel, Channel.SMS)


@pytest.fixture(autouse=True)
def _memory(settings: Settings) -> None:
    settings.SMS_BACKEND = "accounts.sms.memory.MemoryBackend"
    memory.outbox.clear()


def sent() -> Counter[str]:
    """Return how often each idempotency key was sent since the last call."""
    keys = Counter(message.idempotency_key for message in memory.outbox)
    memory.outbox.clear()
    return keys


@in_rounds
def test_eight_senders_at_once_send_each_notice_once(race: Race) -> None:
    user = SmsDeviceFactory().user
    for number in range(2 * BATCH):
        queue_notices(user, channels=[Channel.SMS], ordinal=number)
    race(*[send] * CALLERS)
    send()
    rows = Notification.objects.filter(recipient=user)
    assert sent() == dict.fromkeys((row.idempotency_key for row in rows), 1)
    assert Counter(rows.values_list("state", "attempts", "lease_token")) == {(State.SENT, 1, None): 2 * BATCH}


@in_rounds
def test_eight_senders_at_once_send_a_code_once(race: Race) -> None:
    row = queued_code()
    race(*[send] * CALLERS)
    assert sent() == {row.idempotency_key: 1}


def test_the_lease_alone_lets_each_notice_out_once(race: Race) -> None:
    """The claim is a compare-and-swap. The locks only save waiting."""
    rows = [queued(Channel.SMS) for _ in range(5)]
    with without_locks(race, Notification), mock.patch.object(deliver, "_lock_claims"):
        race(*[send] * CALLERS, faults=(OperationalError,))
    assert sent() == dict.fromkeys((row.idempotency_key for row in rows), 1)


class SlowBackend(memory.MemoryBackend):
    """`send` returns only when a second message is being sent, or cannot be."""

    under_way: Event
    second: Meeting

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        self.under_way.set()
        self.second.wait()
        return super().send(to, body, idempotency_key)


def send_while_it_is_under_way(race: Race, settings: Settings, patience: float) -> Counter[str]:
    """Let a second sender look for work while the first one sends the message."""
    settings.SMS_BACKEND = "accounts.tests.races.test_deliver.SlowBackend"
    SlowBackend.under_way, SlowBackend.second = Event(), Meeting(parties=2, patience=patience)
    race(send, lambda: SlowBackend.under_way.wait(timeout=20) and send())
    return sent()


def test_message_being_sent_is_not_sent_by_another_sender(race: Race, settings: Settings) -> None:
    row = queued(Channel.SMS)
    assert send_while_it_is_under_way(race, settings, patience=1) == {row.idempotency_key: 1}


def test_without_leases_a_message_being_sent_is_sent_again(race: Race, settings: Settings) -> None:
    row = queued(Channel.SMS)
    with mock.patch.object(deliver, "LEASE", timedelta(0)):
        assert send_while_it_is_under_way(race, settings, patience=20)[row.idempotency_key] > 1


# --- how many senders a channel has


class LeaseCountingBackend(memory.MemoryBackend):
    """Counts the leases while a message is sent. The first messages are sent at the same time."""

    held: list[int]  # at each message
    meeting: Meeting

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        self.meeting.wait()
        leased = Notification.objects.filter(state=State.QUEUED, lease_until__gt=timezone.now())
        self.held.append(leased.values("lease_token").distinct().count())
        return super().send(to, body, idempotency_key)


def senders_at_work(race: Race, settings: Settings, patience: float) -> int:
    """Return how many of eight senders held leases at the same time. If possible, three count before one claims."""
    settings.SMS_BACKEND = "accounts.tests.races.test_deliver.LeaseCountingBackend"
    LeaseCountingBackend.held, LeaseCountingBackend.meeting = [], Meeting(MAX_SENDERS + 1, patience)
    for _ in range(CALLERS):
        queued(Channel.SMS)
    with (
        mock.patch.object(deliver, "BATCH", 1),
        meeting_before(race, ("UPDATE",), parties=MAX_SENDERS + 1, patience=patience),
    ):
        race(*[send] * CALLERS)
    send()
    assert sent().total() == CALLERS
    return max(LeaseCountingBackend.held)


@in_rounds
def test_channel_has_at_most_two_concurrent_senders(race: Race, settings: Settings) -> None:
    assert 1 <= senders_at_work(race, settings, patience=0.05) <= MAX_SENDERS


@only_on_postgresql
def test_without_the_claim_lock_a_channel_has_more_senders(race: Race, settings: Settings) -> None:
    with mock.patch.object(deliver, "_lock_claims"):
        assert senders_at_work(race, settings, patience=20) > MAX_SENDERS


# --- what is queued, and queued again


@in_rounds
def test_a_notice_queued_eight_times_at_once_is_one_row(race: Race) -> None:
    user = StaffFactory()
    again: Any = partial(
        outbox.notify, Told.REMINDER, subject="D-1", recipients=[user], channels=[Channel.PORTAL], context={}
    )
    race(*[again] * CALLERS)
    assert Notification.objects.filter(recipient=user).count() == 1


def failed(user_of: list[User]) -> Notification:
    row = queued(Channel.EMAIL)
    Notification.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=6)
    row.refresh_from_db()
    user_of.append(row.recipient)
    return row


@in_rounds
def test_a_failed_notice_that_eight_of_the_staff_resend_at_once_is_queued_once(race: Race) -> None:
    people: list[User] = []
    row = failed(people)
    staff = [StaffFactory() for _ in range(CALLERS)]
    answers = race(
        *[lambda actor=actor: resend_notice(actor=actor, notification=row, reason="Again") for actor in staff]
    )
    assert kinds(answers) == {Resent: 1, NotFailed: LOSERS}
    assert_one_done(LogScope.of_actor(people[0]).chain, Operation.NOTICE_RESENT, losers=LOSERS)


def test_without_its_compare_and_swap_a_notice_is_resent_eight_times(race: Race) -> None:
    people: list[User] = []
    row = failed(people)
    actor = StaffFactory()
    with mock.patch.object(NotificationQuerySet, "failed", lambda rows: rows.all()):
        answers = race(*[partial(resend_notice, actor=actor, notification=row, reason="Again")] * CALLERS)
    assert kinds(answers) == {Resent: CALLERS}
