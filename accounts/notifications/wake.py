"""Wake the senders through the broker, if there is one, behind a circuit breaker: users never wait for a broken broker.

A lost wake-up delays a message until the next poll of the outbox. It never loses one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.pools import producers

TASK = "accounts.deliver"
TIMEOUT = 0.3  # seconds, to connect and for each read or write
CIRCUIT = 5.0  # seconds for which the broker is skipped after a failure

logger = structlog.get_logger(__name__)


@dataclass
class Circuit:
    """A circuit breaker. After a failure it is open for CIRCUIT seconds, and callers skip the broker."""

    clock: Callable[[], float] = time.monotonic
    open_until: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.clock() < self.open_until

    def trip(self) -> None:
        self.open_until = self.clock() + CIRCUIT

    def reset(self) -> None:
        self.open_until = 0.0


circuit = Circuit()


def senders(channels: Iterable[str]) -> bool:
    """Publish a wake-up task for each channel. Return whether the broker took them. Never raises, never waits long."""
    if not settings.REDIS_URL or circuit.is_open:
        return False
    try:
        _publish(settings.REDIS_URL, channels)
        return True
    except Exception as error:  # the boundary to the broker: whatever it raises, the rows are safe in the outbox
        circuit.trip()
        logger.warning("broker-unreachable", error=type(error).__name__)
        return False


def _publish(url: str, channels: Iterable[str]) -> None:
    with producers[_connection(url)].acquire(block=True, timeout=TIMEOUT) as producer:
        for channel in channels:
            current_app.send_task(TASK, args=[channel], producer=producer, retry=False, ignore_result=True)


@cache
def _connection(url: str) -> Connection:
    """Return a connection with short timeouts. The worker has its own, with longer ones."""
    options = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "retry_on_timeout": False,
        "max_retries": 0,
        "connect_retries_timeout": TIMEOUT,
    }
    return Connection(url, connect_timeout=TIMEOUT, transport_options=options)
