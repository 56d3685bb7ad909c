"""Liveness, readiness and metrics, and what they disclose."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Channel, Event, Notification, User
from portal import metrics


def _notice(state: str = "queued", waits: timedelta = timedelta(0)) -> Notification:
    user, _ = User.objects.get_or_create(username="staff", email="staff@vendor.example", is_staff=True)
    at = timezone.now() - waits
    return Notification.objects.create(
        event=Event.REQUESTED,
        subject="request:1",
        recipient=user,
        channel=Channel.EMAIL,
        idempotency_key=f"requested:{Notification.objects.count()}",
        context={},
        state=state,
        created_at=at,
        next_attempt_at=at,
    )


def test_healthz_answers_anybody_without_asking_the_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_is_ok_once_everything_is_there(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
def test_readyz_is_not_ok_while_a_migration_waits_and_says_no_more() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    try:
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', %s)",
                [timezone.now()],
            )


def test_readyz_is_not_ok_without_its_broker(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert Client().get("/readyz").status_code == 503


def test_readyz_is_not_ok_while_a_notice_waits_for_long(db: None) -> None:
    _notice(waits=timedelta(minutes=11))
    assert Client().get("/readyz").status_code == 503


def test_readyz_is_ok_with_a_notice_that_just_came_and_one_that_failed(db: None) -> None:
    _notice()
    _notice(state="failed", waits=timedelta(days=2))
    assert Client().get("/readyz").status_code == 200


def test_readyz_is_ok_with_an_old_notice_that_waits_for_its_next_try(db: None) -> None:
    notice = _notice(waits=timedelta(hours=2))
    Notification.objects.filter(pk=notice.pk).update(attempts=4, next_attempt_at=timezone.now() + timedelta(minutes=5))
    assert Client().get("/readyz").status_code == 200


def test_metrics_are_for_this_machine_in_demo(db: None) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 404


def test_metrics_are_for_nobody_in_production_without_a_token(db: None, settings: Settings) -> None:
    settings.DEMO = False
    assert Client().get("/metrics", secure=True).status_code == 404


def test_metrics_are_for_requests_with_the_token(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-token-for-prometheus"
    right, wrong = "Bearer a-token-for-prometheus", "Bearer another-token"
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics", headers={"Authorization": right}).status_code == 200
    for header in (wrong, "a-token", "Bearer ", ""):
        assert Client().get("/metrics", headers={"Authorization": header}).status_code == 404


def test_metrics_count_the_notices_by_state_and_channel(db: None) -> None:
    _notice(), _notice(waits=timedelta(seconds=90)), _notice(state="failed")
    text = metrics.exposition().decode()
    assert 'portal_notices_queued{channel="email"} 2.0' in text
    assert 'portal_notices_failed{channel="email"} 1.0' in text
    assert metrics.oldest_undelivered_seconds() >= 90


def test_metrics_are_zero_without_a_notice(db: None) -> None:
    assert "portal_oldest_undelivered_notice_seconds 0.0" in metrics.exposition().decode()
