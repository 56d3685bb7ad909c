"""Retry schedule of messages: back-off delays with jitter. After the last delay the message has failed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from accounts.models import Event, Notification

RETRY_DELAYS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A code expires within minutes, so its message is retried quickly and not for long.
CODE_RETRY_DELAYS = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=15))
JITTER = 0.2  # a delay is up to 20 % longer, so that messages that failed together are not retried together


def retry_delays(notification: Notification) -> tuple[timedelta, ...]:
    return CODE_RETRY_DELAYS if notification.event == Event.CODE else RETRY_DELAYS


def next_attempt(notification: Notification, at: datetime) -> datetime | None:
    """Return when to retry after attempt number `notification.attempts` failed at `at`, or None to give up."""
    delays = retry_delays(notification)
    if notification.attempts > len(delays):
        return None
    delay = delays[max(notification.attempts, 1) - 1]
    return at + delay * (1 + random.uniform(0, JITTER))  # noqa: S311 - spreads load, guards nothing
