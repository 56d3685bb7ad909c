"""Delivery by a real Celery worker on a real broker."""

from __future__ import annotations

import subprocess
import time

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Channel, Event, Notification, User
from accounts.notifications import wake
from portal.celery import app

WITHIN = 60.0  # seconds: a timeout against hanging tests


def _settled(notice: Notification) -> Notification:
    """Poll until the row has left the queue, and return it."""
    until = time.monotonic() + WITHIN
    while notice.state == Notification.State.QUEUED and time.monotonic() < until:
        notice.refresh_from_db()
    return notice


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_woken_worker_takes_the_notice_out_of_the_queue(celery_worker_process: subprocess.Popen[str]) -> None:
    user = User.objects.create(username="staff", email="staff@vendor.example", is_staff=True)
    now = timezone.now()
    notice = Notification.objects.create(
        event=Event.CODE_LOCKED,
        subject="user:1",
        recipient=user,
        channel=Channel.EMAIL,
        idempotency_key="code-locked:user:1",
        context={"until": now.isoformat(), "action": "disassociate"},
        created_at=now,
        next_attempt_at=now,
    )
    wake.senders([Channel.EMAIL])
    assert _settled(notice).state == Notification.State.SENT, notice.last_error


def test_messages_are_acknowledged_before_their_task_runs() -> None:
    assert not app.conf.task_acks_late
    assert not any(task.acks_late for task in app.tasks.values())


def test_nothing_is_kept_as_a_result_and_nothing_is_published_twice() -> None:
    assert app.conf.task_ignore_result
    assert app.conf.task_publish_retry is False
    assert app.conf.result_backend is None


def test_beat_ticks_the_clock_and_old_ticks_expire() -> None:
    app.loader.import_default_modules()
    (entry,) = app.conf.beat_schedule.values()
    assert entry["task"] in app.tasks
    assert entry["schedule"] <= 1
    assert entry["options"]["expires"] <= 10


def test_the_broker_of_the_settings_is_used() -> None:
    assert (app.conf.broker_url or "") == settings.REDIS_URL
