"""Delivery of the outbox: leases, no open transaction, each message once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts import codes
from accounts.models import Challenge, Channel, Event, Notification, SmsDevice
from accounts.notifications.deliver import BATCH, LEASE, MAX_SENDERS, MAX_THREADS, deliver_channel, deliver_due, drain
from accounts.sms import memory
from accounts.tests import notices
from accounts.tests.factories import SmsDeviceFactory, UserFactory
from accounts.tests.notices import Provider, queue_notices, queued, queued_code, running_provider

State = Notification.State
NOW = datetime(2025, 11, 11, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memory(settings: Settings) -> None:
    settings.SMS_BACKEND = "accounts.sms.memory.MemoryBackend"
    memory.outbox.clear()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with running_provider() as running:
        settings.SMS_BACKEND = "accounts.sms.http.HttpBackend"
        settings.SMS_HTTP_URL = running.url
        settings.SMS_HTTP_TEMPLATE = '{"to": "{to}", "text": "{body}", "key": "{key}"}'
        settings.SMS_HTTP_TOKEN = "token"
        yield running


def fresh(row: Notification) -> Notification:
    row.refresh_from_db()
    return row


# --- what is due


def test_a_queued_notice_is_sent_and_settled(clock: Any) -> None:
    row = queued()
    assert deliver_due() == 1
    assert (fresh(row).state, row.sent_at, row.attempts, row.lease_token) == (State.SENT, NOW, 1, None)


def test_a_sent_notice_is_not_sent_again() -> None:
    queued()
    deliver_due()
    assert (deliver_due(), len(mail.outbox)) == (0, 1)


def test_a_notice_that_is_not_due_yet_waits(clock: Any) -> None:
    row = queued()
    Notification.objects.update(next_attempt_at=NOW + timedelta(seconds=1))
    deliver_due()
    assert (fresh(row).state, mail.outbox) == (State.QUEUED, [])


def test_a_tick_for_a_later_moment_sends_what_is_due_by_then(clock: Any) -> None:
    row = queued()
    Notification.objects.update(next_attempt_at=NOW + timedelta(hours=1))
    deliver_due(NOW + timedelta(hours=2))
    assert fresh(row).state == State.SENT


def test_limit_applies_to_each_channel() -> None:
    for _ in range(3):
        queue_notices(SmsDeviceFactory.create().user)
    deliver_due(limit=2)
    assert (len(mail.outbox), len(memory.outbox)) == (2, 2)


def test_several_batches_are_sent_in_one_call() -> None:
    queue_notices(*UserFactory.create_batch(BATCH + 5), channels=[Channel.EMAIL])
    assert deliver_due() == BATCH + 5


def test_queue_without_due_messages_costs_one_query(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        deliver_channel(Channel.EMAIL)


def test_failing_message_does_not_block_the_others() -> None:
    without_templates = queued(event=Event.INVITATION)
    row = queued()
    deliver_due()
    assert (fresh(row).state, fresh(without_templates).state) == (State.SENT, State.QUEUED)


# --- leases


def lease(row: Notification, until: datetime) -> None:
    Notification.objects.filter(pk=row.pk).update(lease_token=uuid4(), lease_until=until, attempts=1)


def test_message_leased_by_another_sender_is_not_sent(clock: Any) -> None:
    row = queued()
    lease(row, NOW + timedelta(seconds=1))
    assert (deliver_due(), fresh(row).state) == (0, State.QUEUED)


def test_message_of_a_dead_sender_is_sent_when_its_lease_expires(clock: Any) -> None:
    row = queued(Channel.SMS)
    lease(row, NOW)
    deliver_due()
    assert (fresh(row).state, row.attempts) == (State.SENT, 2)


def test_retry_has_the_same_idempotency_key(clock: Any) -> None:
    row = queued(Channel.SMS)
    deliver_due()
    Notification.objects.update(
        state=State.QUEUED, sent_at=None
    )  # as if the sender had died before it saved the outcome
    clock.shift(LEASE)
    deliver_due()
    assert [message.idempotency_key for message in memory.outbox] == [row.idempotency_key] * 2


def test_sender_with_an_expired_lease_saves_no_outcome(settings: Settings) -> None:
    settings.SMS_BACKEND = "accounts.tests.notices.TooLateBackend"
    row = queued(Channel.SMS)
    deliver_due()
    assert (fresh(row).state, row.lease_token) == (State.QUEUED, notices.TooLateBackend.thief)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_provider_is_called(settings: Settings) -> None:
    settings.SMS_BACKEND = "accounts.tests.notices.InTransactionBackend"
    row = queued(Channel.SMS)
    deliver_due()
    assert fresh(row).provider_id == "in-transaction-False"


def test_channel_has_at_most_two_senders(clock: Any) -> None:
    for row in [queued(Channel.SMS) for _ in range(MAX_SENDERS)]:
        lease(row, NOW + timedelta(seconds=20))
    queued(Channel.SMS)
    assert deliver_channel(Channel.SMS) == 0


def test_a_code_does_not_wait_for_a_free_sender(clock: Any) -> None:
    for row in [queued(Channel.SMS) for _ in range(MAX_SENDERS)]:
        lease(row, NOW + timedelta(seconds=20))
    code = queued_code()
    deliver_channel(Channel.SMS)
    assert fresh(code).state == State.SENT


def test_a_code_is_sent_before_what_was_queued_earlier() -> None:
    first = queued(Channel.SMS)
    code = queued_code()
    deliver_due()
    assert [message.idempotency_key for message in memory.outbox] == [code.idempotency_key, first.idempotency_key]


def test_backend_that_cannot_be_created_uses_up_no_attempt(settings: Settings) -> None:
    settings.SMS_BACKEND = "accounts.sms.no.SuchBackend"
    row = queued(Channel.SMS)
    with pytest.raises(ImportError):
        deliver_due()
    assert (fresh(row).attempts, row.lease_token) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_time_send_each_message_once() -> None:
    rows = [queued(Channel.SMS) for _ in range(60)]
    run_together(lambda: deliver_until_empty(Channel.SMS), times=4)
    assert sorted(message.idempotency_key for message in memory.outbox) == sorted(row.idempotency_key for row in rows)
    assert set(Notification.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def deliver_until_empty(channel: Channel) -> None:
    while Notification.objects.filter(channel=channel, state=State.QUEUED).exists():
        deliver_channel(channel)


def send_in_a_thread(channel: Channel) -> None:
    deliver_channel(channel)
    connection.close()


def drain_in_a_thread(channel: Channel) -> None:
    drain(channel)
    connection.close()


def run_together(work: Any, times: int) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# --- a provider that is slow, fails, or answers twice


@pytest.mark.django_db(transaction=True)
def test_a_slow_provider_delays_no_other_channel(provider: Provider) -> None:
    provider.gate.clear()
    slow, quick = queued(Channel.SMS), queued(Channel.EMAIL)
    sender = threading.Thread(target=send_in_a_thread, args=(Channel.SMS,))
    sender.start()
    assert provider.asked.wait(10)
    deliver_channel(Channel.EMAIL)
    assert (fresh(quick).state, fresh(slow).state) == (State.SENT, State.QUEUED)
    provider.gate.set()
    sender.join()
    assert fresh(slow).state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_codes_at_a_slow_provider_leave_threads_to_the_other_channels(provider: Provider) -> None:
    provider.gate.clear()
    senders = [threading.Thread(target=drain_in_a_thread, args=(Channel.SMS,)) for _ in range(MAX_THREADS)]
    for sender in senders:
        queued_code()
        provider.asked.clear()
        sender.start()
        assert provider.asked.wait(10)
    queued_code()
    assert drain(Channel.SMS) == 0
    provider.gate.set()
    for sender in senders:
        sender.join()
    drain(Channel.SMS)
    assert set(Notification.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_the_provider_gets_the_number_the_text_and_the_key(provider: Provider) -> None:
    row = queued(Channel.SMS)
    deliver_due()
    number = str(SmsDevice.objects.get(user=row.recipient).number)
    assert provider.bodies[0] | {"text": ""} == {"to": number, "text": "", "key": row.idempotency_key}
    assert (notices.REFERENCE in provider.bodies[0]["text"], provider.keys) == (True, [row.idempotency_key])


def test_the_providers_id_is_kept(provider: Provider) -> None:
    row = queued(Channel.SMS)
    deliver_due()
    assert fresh(row).provider_id == "provider-1"


def test_busy_provider_is_retried_after_30_seconds(provider: Provider, clock: Any) -> None:
    provider.statuses = [503]
    row = queued(Channel.SMS)
    deliver_due()
    assert (fresh(row).state, row.last_error) == (State.QUEUED, "http-503")
    assert timedelta(seconds=30) <= row.next_attempt_at - NOW <= timedelta(seconds=36)


def test_successful_retry_clears_the_error(provider: Provider, clock: Any) -> None:
    provider.statuses = [503]
    row = queued(Channel.SMS)
    deliver_due()
    clock.shift(40)
    deliver_due()
    assert (fresh(row).state, row.last_error, provider.keys) == (State.SENT, "", [row.idempotency_key] * 2)


def test_notice_fails_after_the_last_retry(provider: Provider, clock: Any) -> None:
    provider.statuses = [503] * 9
    row = queued(Channel.SMS)
    for wait in (0, 40, 150, 750, 4500, 27000, 90000):
        clock.shift(wait)
        deliver_due()
    assert (fresh(row).state, row.attempts, len(provider.keys)) == (State.FAILED, 6, 6)


def test_a_code_fails_after_its_short_retry_schedule(provider: Provider, clock: Any) -> None:
    provider.statuses = [503] * 9
    row = queued_code()
    for wait in (0, 3, 7, 19, 60):
        clock.shift(wait)
        deliver_due()
    assert (fresh(row).state, row.attempts, len(provider.keys)) == (State.FAILED, 4, 4)


def test_rejected_number_fails_without_retry(provider: Provider) -> None:
    provider.statuses = [422]
    row = queued(Channel.SMS)
    deliver_due()
    assert (fresh(row).state, row.last_error, row.attempts) == (State.FAILED, "http-422", 1)


def test_message_to_a_recipient_without_a_number_fails_without_retry() -> None:
    row = queued(Channel.SMS)
    SmsDevice.objects.update(confirmed=False)
    deliver_due()
    assert (fresh(row).state, row.last_error) == (State.FAILED, "no confirmed number")


def test_an_error_is_stored_without_the_number_and_the_code(
    settings: Settings, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_BACKEND = "accounts.tests.notices.TalkativeBackend"
    row = queued_code()
    deliver_due()
    written = "".join(capsys.readouterr()) + caplog.text
    assert (fresh(row).last_error, row.challenge is not None) == ("ValueError", True)
    assert codes.code_for(Challenge.objects.get()) not in written
    assert "+1415555" not in written


# --- codes that are of no use any more


def test_a_live_code_is_sent_to_the_number_of_its_challenge() -> None:
    row = queued_code()
    deliver_due()
    assert [message.to for message in memory.outbox] == [str(Challenge.objects.get().device.number)]
    assert fresh(row).state == State.SENT


@pytest.mark.parametrize("end", Challenge.End.values)
def test_the_code_of_a_challenge_that_ended_is_dropped(end: str) -> None:
    row = queued_code()
    Challenge.objects.update(ended_at=timezone.now(), end=end)
    deliver_due()
    assert (fresh(row).state, row.sent_at, memory.outbox) == (State.DROPPED, None, [])


def test_an_expired_code_is_dropped(clock: Any) -> None:
    row = queued_code()
    clock.shift(timedelta(minutes=5))
    deliver_due()
    assert (fresh(row).state, memory.outbox) == (State.DROPPED, [])


def test_a_code_is_dropped_when_its_number_was_replaced() -> None:
    row = queued_code()
    SmsDevice.objects.update(number="+14155559999")
    deliver_due()
    assert (fresh(row).state, memory.outbox) == (State.DROPPED, [])


def test_dropped_code_is_not_tried_again() -> None:
    queued_code(expires_at=timezone.now())
    assert (deliver_due(), deliver_due()) == (1, 0)
