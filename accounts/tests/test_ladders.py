"""When a message is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Event, Notification
from accounts.notifications.ladders import JITTER, next_attempt

NOW = datetime(2025, 11, 11, 12, 0, tzinfo=UTC)


def wait_after(attempts: int, event: Event = Event.APPROVED) -> timedelta | None:
    again_at = next_attempt(Notification(event=event, attempts=attempts), NOW)
    return again_at - NOW if again_at else None


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 120), (3, 600), (4, 3600), (5, 21600)])
def test_a_notice_climbs_the_long_ladder(attempts: int, seconds: int) -> None:
    waits = [wait_after(attempts) for _ in range(50)]
    assert all(wait and timedelta(0, seconds) <= wait <= timedelta(0, seconds * (1 + JITTER)) for wait in waits)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 5), (3, 15)])
def test_a_code_climbs_the_short_ladder(attempts: int, seconds: int) -> None:
    waits = [wait_after(attempts, Event.CODE) for _ in range(50)]
    assert all(wait and timedelta(0, seconds) <= wait <= timedelta(0, seconds * (1 + JITTER)) for wait in waits)


def test_messages_that_failed_together_are_not_tried_together() -> None:
    assert len({wait_after(1) for _ in range(20)}) > 1


def test_a_notice_is_not_tried_a_seventh_time() -> None:
    assert wait_after(6) is None


def test_a_code_is_not_tried_a_fifth_time() -> None:
    assert wait_after(4, Event.CODE) is None
