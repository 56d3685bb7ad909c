"""Wakes the senders through the broker, where there is one. A broker that is down costs the user nothing.

A wake-up that is lost delays a message until the senders' next look at the table; it never loses one.
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
CIRCUIT = 5.0  # seconds in which a broker that failed is not asked again

logger = structlog.get_logger(__name__)


@dataclass
class Circuit:
    """Open for a while after a failure: everybody goes on without the broker."""

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
    """Ask the worker to send what is due on the channels; return whether it hears. Never raises, never waits long."""
    if not settings.REDIS_URL or circuit.is_open:
        return False
    try:
        _publish(settings.REDIS_URL, channels)
        return True
    except Exception as error:  # the boundary to the broker: whatever it raises, the rows are safe in the table
        circuit.trip()
        logger.warning("broker-unreachable", error=type(error).__name__)
        return False


def _publish(url: str, channels: Iterable[str]) -> None:
    with producers[_connection(url)].acquire(block=True, timeout=TIMEOUT) as producer:
        for channel in channels:
            current_app.send_task(TASK, args=[channel], producer=producer, retry=False, ignore_result=True)


@cache
def _connection(url: str) -> Connection:
    """A connection beside the worker's, which must wait for longer than this."""
    options = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "retry_on_timeout": False,
        "max_retries": 0,
        "connect_retries_timeout": TIMEOUT,
    }
    return Connection(url, connect_timeout=TIMEOUT, transport_options=options)
