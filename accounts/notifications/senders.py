"""The senders where there is no broker: one thread a channel, so that a slow provider delays no other channel."""

from __future__ import annotations

from threading import Event, Thread

import structlog
from django.db import close_old_connections, connections

from accounts.notifications.channels import CHANNELS
from accounts.notifications.deliver import BATCH, deliver_channel

PAUSE = 0.25  # seconds between two looks at an empty queue

logger = structlog.get_logger(__name__)


def start(stop: Event) -> list[Thread]:
    """Start the threads. They end soon after `stop` is set: each finishes the messages in its hands."""
    waiting = [channel for channel, way in CHANNELS.items() if not way.is_instant]
    threads = [Thread(target=_loop, args=(channel, stop), name=f"send-{channel}", daemon=True) for channel in waiting]
    for thread in threads:
        thread.start()
    return threads


def _loop(channel: str, stop: Event) -> None:
    while not stop.is_set():
        if not _look(channel):
            stop.wait(PAUSE)
    connections.close_all()


def _look(channel: str) -> int:
    close_old_connections()
    try:
        return deliver_channel(channel, limit=BATCH)
    except Exception as error:  # the boundary of the thread: a database that is away must not end it
        logger.warning("sender-interrupted", channel=channel, error=type(error).__name__)
        return 0
