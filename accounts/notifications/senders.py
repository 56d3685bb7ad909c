"""Sender threads, one per channel, so a slow provider delays no other channel.

They are all that sends without a broker. In a Celery worker they send what no wake-up came for.
"""

from __future__ import annotations

from threading import Event, Thread

import structlog
from django.db import close_old_connections, connections

from accounts.notifications.channels import CHANNELS
from accounts.notifications.deliver import BATCH, deliver_channel

PAUSE = 0.25  # seconds between two polls of an empty queue
PAUSE_WITH_BROKER = 5.0  # seconds; a code then leaves within 10 s, whatever the broker does

logger = structlog.get_logger(__name__)


def start(stop: Event, pause: float = PAUSE) -> list[Thread]:
    """Start the threads. After `stop` is set, each finishes its current batch and ends."""
    queued = [channel for channel, backend in CHANNELS.items() if not backend.is_instant]
    threads = [
        Thread(target=_loop, args=(channel, stop, pause), name=f"send-{channel}", daemon=True) for channel in queued
    ]
    for thread in threads:
        thread.start()
    return threads


def _loop(channel: str, stop: Event, pause: float) -> None:
    while not stop.is_set():
        if not _poll(channel):
            stop.wait(pause)
    connections.close_all()


def _poll(channel: str) -> int:
    close_old_connections()
    try:
        return deliver_channel(channel, limit=BATCH)
    except Exception as error:  # the thread boundary: an unreachable database must not end the thread
        logger.warning("sender-interrupted", channel=channel, error=type(error).__name__)
        return 0
