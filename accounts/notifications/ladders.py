"""When a message is tried again: each failed try climbs a step, after the last one the message has failed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from accounts.models import Event, Notification

LADDER = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A code is good for minutes: its message is worth a few quick tries and no later one.
CODE_LADDER = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=15))
JITTER = 0.2  # at most so much later than the step says, so that what failed together is not tried together


def ladder_of(notification: Notification) -> tuple[timedelta, ...]:
    return CODE_LADDER if notification.event == Event.CODE else LADDER


def next_attempt(notification: Notification, at: datetime) -> datetime | None:
    """Return when to try again after the try numbered `notification.attempts` failed at `at`; None: never."""
    steps = ladder_of(notification)
    if notification.attempts > len(steps):
        return None
    step = steps[max(notification.attempts, 1) - 1]
    return at + step * (1 + random.uniform(0, JITTER))  # noqa: S311 - spreads load, guards nothing
