"""Waking senders through the broker, and the circuit breaker if it is down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import Notification
from accounts.notifications import wake
from accounts.tests.factories import UserFactory
from accounts.tests.notices import queue_notices


@pytest.fixture(autouse=True)
def _closed_circuit() -> Iterator[None]:
    wake.circuit.reset()
    yield
    wake.circuit.reset()


@dataclass
class DeafBroker:
    """Accepts connections and closes each."""

    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    calls: int = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def serve(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def deaf_broker() -> Iterator[DeafBroker]:
    broker = DeafBroker()
    thread = threading.Thread(target=broker.serve)
    thread.start()
    yield broker
    broker.listener.shutdown(socket.SHUT_RDWR)
    broker.listener.close()
    thread.join()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def test_without_a_broker_it_does_nothing(settings: Settings) -> None:
    settings.REDIS_URL = ""
    wake.senders(["email"])
    assert not wake.circuit.is_open


def test_a_broker_that_refuses_opens_the_circuit(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    wake.senders(["email"])
    assert wake.circuit.is_open


def test_a_broker_that_never_answers_opens_the_circuit(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        wake.senders(["email"])
    assert wake.circuit.is_open


def test_failed_broker_is_skipped_while_the_circuit_is_open(settings: Settings, deaf_broker: DeafBroker) -> None:
    settings.REDIS_URL = deaf_broker.url
    wake.senders(["email", "sms"])
    calls = deaf_broker.calls
    wake.senders(["email", "sms"])
    assert calls > 0
    assert deaf_broker.calls == calls


def test_the_circuit_closes_after_five_seconds() -> None:
    now = [100.0]
    circuit = wake.Circuit(clock=lambda: now[0])
    circuit.trip()
    now[0] += 4.9
    still_open = circuit.is_open
    now[0] += 0.2
    assert (still_open, circuit.is_open) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_notice_is_committed_while_the_broker_is_down(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    user = UserFactory.create()
    with transaction.atomic():
        queue_notices(user)
    assert Notification.objects.filter(state=Notification.State.QUEUED).count() == 1
