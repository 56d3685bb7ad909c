"""A tick of Celery beat: it wakes the senders, or delivers the messages itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from pytest_django import Settings

from accounts.models import Channel, Notification
from accounts.notifications import wake
from accounts.tests.factories import UserFactory
from accounts.tests.notices import queue_notices
from partners import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed_circuit() -> Iterator[None]:
    wake.circuit.reset()
    yield
    wake.circuit.reset()


def refusing_address() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return f"redis://127.0.0.1:{free.getsockname()[1]}/0"


@pytest.mark.parametrize("ticks", [1, 2], ids=["the first to notice", "while it is not asked again"])
def test_tick_delivers_messages_itself_if_no_sender_can_be_woken(settings: Settings, ticks: int) -> None:
    settings.REDIS_URL = refusing_address()
    for _ in range(ticks):
        queue_notices(UserFactory.create(), channels=[Channel.EMAIL])
        clock.beat()
    assert set(Notification.objects.values_list("state", "attempts")) == {(Notification.State.SENT, 1)}


@pytest.mark.worker
def test_tick_leaves_delivery_to_the_woken_senders(settings: Settings) -> None:
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    queue_notices(UserFactory.create(), channels=[Channel.EMAIL])
    clock.beat()
    assert Notification.objects.get().state == Notification.State.QUEUED
