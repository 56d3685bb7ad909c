"""Delivery by a real worker over a real broker, also with duplicate wake-ups."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from accounts import codes
from accounts.models import Channel, Event, Notification
from accounts.notifications import wake
from accounts.tests.factories import SmsDeviceFactory
from accounts.tests.notices import queue_notices, queued_code

State = Notification.State
pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def broker() -> Iterator[redis.Redis]:
    """Return the broker, flushed before and after."""
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    wake.circuit.reset()
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


def wait_until_settled() -> None:
    """Poll until no row is queued, at most twenty seconds."""
    pause = threading.Event()
    for _ in range(400):
        if not Notification.objects.filter(state=State.QUEUED).exists():
            return
        pause.wait(0.05)
    pytest.fail("Nobody sent what was queued.")


def woken(broker: redis.Redis) -> list[dict[str, Any]]:
    messages: Any = broker.lrange("celery", 0, -1)
    return [json.loads(message) for message in messages]


def test_the_worker_sends_a_notice_once_it_is_committed(celery_worker_process: subprocess.Popen[str]) -> None:
    user = SmsDeviceFactory.create().user
    with transaction.atomic():
        queue_notices(user)
    wait_until_settled()
    assert set(Notification.objects.values_list("channel", "state", "attempts")) == {
        (Channel.EMAIL, State.SENT, 1),
        (Channel.SMS, State.SENT, 1),
        (Channel.PORTAL, State.SENT, 0),
    }


def test_the_worker_sends_a_code(celery_worker_process: subprocess.Popen[str]) -> None:
    with transaction.atomic():
        row = queued_code()
    wait_until_settled()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_task_that_the_broker_delivers_twice_sends_once(celery_worker_process: subprocess.Popen[str]) -> None:
    user = SmsDeviceFactory.create().user
    with transaction.atomic():
        queue_notices(user, channels=[Channel.EMAIL])
    for _ in range(5):
        current_app.send_task(wake.TASK, args=[Channel.EMAIL.value])
    wait_until_settled()
    assert Notification.objects.get().attempts == 1


def test_the_broker_gets_the_name_of_the_task_and_of_the_channel_alone(broker: redis.Redis) -> None:
    user = SmsDeviceFactory.create().user
    with transaction.atomic():
        queue_notices(user, event=Event.COMPLETED)
    bodies = [json.loads(base64.b64decode(message["body"])) for message in woken(broker)]
    assert [message["headers"]["task"] for message in woken(broker)] == [wake.TASK, wake.TASK]
    assert sorted(arguments for arguments, _named, _embedded in bodies) == [["email"], ["sms"]]


def test_the_broker_never_holds_a_code_or_a_number(broker: redis.Redis) -> None:
    with transaction.atomic():
        row = queued_code()
    assert row.challenge is not None
    held = json.dumps(woken(broker)) + "".join(base64.b64decode(message["body"]).decode() for message in woken(broker))
    assert woken(broker)
    assert codes.code_for(row.challenge) not in held.replace(str(row.challenge.pk), "")
    assert str(row.challenge.device.number) not in held


def test_rolled_back_notice_wakes_no_sender(broker: redis.Redis) -> None:
    user = SmsDeviceFactory.create().user
    with transaction.atomic():
        queue_notices(user)
        transaction.set_rollback(True)
    assert woken(broker) == []


def test_rest_of_a_long_queue_is_left_to_the_next_wake_up(celery_worker_process: subprocess.Popen[str]) -> None:
    user = SmsDeviceFactory.create().user
    with transaction.atomic():
        for ordinal in range(600):
            queue_notices(user, channels=[Channel.SMS], ordinal=ordinal)
    wait_until_settled()
    assert set(Notification.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
