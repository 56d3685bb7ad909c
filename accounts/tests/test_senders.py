"""The sender threads of an installation without a broker."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from accounts.models import Channel, Notification
from accounts.notifications import senders
from accounts.sms import memory
from accounts.tests.factories import SmsDeviceFactory
from accounts.tests.notices import OpensAtSecondTryBackend, queue_notices, queued, running_provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Yield the stop event, and set it at the end even if the test fails."""
    event = threading.Event()
    yield event
    event.set()


def wait_for_state(state: str, row: Notification) -> bool:
    """Poll until the row has the state, at most ten seconds."""
    pause = threading.Event()
    for _ in range(200):
        if Notification.objects.filter(pk=row.pk, state=state).exists():
            return True
        pause.wait(0.05)
    return False


def test_threads_send_queued_messages_of_every_channel(settings: Settings, stop: threading.Event) -> None:
    settings.SMS_BACKEND = "accounts.sms.memory.MemoryBackend"
    memory.outbox.clear()
    queue_notices(SmsDeviceFactory.create().user)
    running = senders.start(stop)
    for row in Notification.objects.exclude(channel=Channel.PORTAL):
        assert wait_for_state(Notification.State.SENT, row)
    stop.set()
    for thread in running:
        thread.join()
    assert (len(mail.outbox), len(memory.outbox)) == (1, 1)


def test_hanging_channel_delays_no_other_channel(settings: Settings, stop: threading.Event) -> None:
    with running_provider() as provider:
        settings.SMS_BACKEND = "accounts.sms.http.HttpBackend"
        settings.SMS_HTTP_URL, settings.SMS_HTTP_TOKEN = provider.url, ""
        settings.SMS_HTTP_TEMPLATE = '{"to": "{to}", "text": "{body}"}'
        provider.gate.clear()
        slow = queued(Channel.SMS)
        running = senders.start(stop)
        assert provider.asked.wait(10)
        quick = queued(Channel.EMAIL)
        assert wait_for_state(Notification.State.SENT, quick)
        assert Notification.objects.get(pk=slow.pk).state == Notification.State.QUEUED
        provider.gate.set()
        assert wait_for_state(Notification.State.SENT, slow)
        stop.set()
        for thread in running:
            thread.join()


def test_threads_survive_a_backend_that_cannot_be_created(settings: Settings, stop: threading.Event) -> None:
    settings.SMS_BACKEND = "accounts.tests.notices.OpensAtSecondTryBackend"
    OpensAtSecondTryBackend.has_failed = False
    row = queued(Channel.SMS)
    running = senders.start(stop)
    assert wait_for_state(Notification.State.SENT, row)
    stop.set()
    for thread in running:
        thread.join()
