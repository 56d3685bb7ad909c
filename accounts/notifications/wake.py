"""Wakes the senders through the broker, where there is one. A broker that is down costs the user nothing.

A wake-up that is lost delays a message until the senders' next look at the table; it never loses one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from celery import current_app
from django.conf import settings
from kombu import Connection

TASK = "accounts.deliver"
TIMEOUT = 0.3  # seconds, to connect and to write
CIRCUIT = 5.0  # seconds in which a broker that failed is not asked again

logger = logging.getLogger(__name__)


@dataclass
class Circuit:
    """Open after a failure: everybody goes on without the broker for a while."""

    open_until: float = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.open_until

    def trip(self) -> None:
        self.open_until = time.monotonic() + CIRCUIT

    def close(self) -> None:
        self.open_until = 0.0


circuit = Circuit()


def senders(channels: Iterable[str]) -> None:
    """Ask the worker to send what is due on the channels. Never raises and never waits for long."""
    if not settings.REDIS_URL or circuit.is_open:
        return
    try:
        _publish(channels)
    except Exception as error:  # the boundary to the broker: whatever it raises, the row is safe in the table
        circuit.trip()
        logger.warning("broker-unreachable", extra={"error": type(error).__name__})


def _publish(channels: Iterable[str]) -> None:
    connection = _connection(settings.REDIS_URL)
    with connection.Producer() as producer:
        for channel in channels:
            current_app.send_task(TASK, args=[channel], producer=producer, retry=False, ignore_result=True)


@cache
def _connection(url: str) -> Connection:
    """A connection of its own: the worker's must not have time-outs this short."""
    options = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "max_retries": 0,
        "connect_retries_timeout": TIMEOUT,
        "retry_on_timeout": False,
    }
    return Connection(url, connect_timeout=TIMEOUT, transport_options=options)
