"""The retry schedule of messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Event, Notification
from accounts.notifications.retries import JITTER, next_attempt

NOW = datetime(2025, 11, 11, 12, 0, tzinfo=UTC)


def delay_after(attempts: int, event: Event = Event.APPROVED) -> timedelta | None:
    retry_at = next_attempt(Notification(event=event, attempts=attempts), NOW)
    return retry_at - NOW if retry_at else None


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 120), (3, 600), (4, 3600), (5, 21600)])
def test_a_notice_is_retried_after_growing_delays(attempts: int, seconds: int) -> None:
    delays = [delay_after(attempts) for _ in range(50)]
    assert all(delay and timedelta(0, seconds) <= delay <= timedelta(0, seconds * (1 + JITTER)) for delay in delays)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 5), (3, 15)])
def test_a_code_is_retried_after_short_delays(attempts: int, seconds: int) -> None:
    delays = [delay_after(attempts, Event.CODE) for _ in range(50)]
    assert all(delay and timedelta(0, seconds) <= delay <= timedelta(0, seconds * (1 + JITTER)) for delay in delays)


def test_retries_of_messages_that_failed_together_are_spread_by_jitter() -> None:
    assert len({delay_after(1) for _ in range(20)}) > 1


def test_a_notice_is_not_tried_a_seventh_time() -> None:
    assert delay_after(6) is None


def test_a_code_is_not_tried_a_fifth_time() -> None:
    assert delay_after(4, Event.CODE) is None
