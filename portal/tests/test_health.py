"""Liveness, readiness and metrics, and what they disclose."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from math import inf

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.log.append import LogScope, append
from accounts.models import ChainHead, Channel, Event, Heartbeat, Notification, Operation, Result, Side, User
from accounts.tests.factories import CustomerFactory
from partners import clock
from partners.models import Status
from partners.tests.factories import RequestFactory
from portal import gauges, metrics

DELIVERY = "/readyz?part=delivery"
STRANGER = "192.0.2.7"
READ_ONLY = {
    "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
}


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


def test_an_unknown_part_is_absent(db: None) -> None:
    assert Client().get("/readyz?part=moon").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_readyz_is_not_ok_while_a_migration_waits_and_says_no_more() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    try:
        answer = Client(REMOTE_ADDR=STRANGER).get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
        assert Client().get("/readyz").json()["problems"] == {"migrations": "1 migrations to run"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', %s)",
                [timezone.now()],
            )


@contextmanager
def read_only() -> Iterator[None]:
    """Make the database refuse writes, like a standby or a full disk, and answer queries."""
    on, off = READ_ONLY[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
        try:
            yield
        finally:
            cursor.execute(off)


@pytest.mark.django_db(transaction=True)
def test_readyz_is_not_ok_while_the_database_takes_no_writes() -> None:
    assert Client().get("/readyz").status_code == 200
    with read_only():
        answer = Client().get("/readyz")
    assert (answer.status_code, list(answer.json()["problems"])) == (503, ["database"])


def test_delivery_is_ok_while_the_clock_ticks(db: None) -> None:
    clock.beat()
    answer = Client().get(DELIVERY)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("age", [None, timedelta(seconds=31)])
def test_delivery_is_not_ok_without_a_recent_tick(db: None, age: timedelta | None) -> None:
    if age:
        clock.beat()
        Heartbeat.objects.update(at=timezone.now() - age)
    assert list(problems_of_delivery()) == ["clock"]
    assert Client().get("/readyz").status_code == 200


def test_delivery_is_not_ok_without_its_broker(db: None, settings: Settings) -> None:
    clock.upkeep(timezone.now())
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert problems_of_delivery() == {"broker": "ConnectionError"}
    assert Client().get("/readyz").status_code == 200


def test_delivery_is_not_ok_while_a_notice_waits_for_long(db: None) -> None:
    clock.upkeep(timezone.now())
    _notice(waits=timedelta(minutes=11))
    assert list(problems_of_delivery()) == ["notices"]
    assert Client().get("/readyz").status_code == 200


def test_delivery_is_ok_with_a_notice_that_just_came_and_one_that_failed(db: None) -> None:
    clock.upkeep(timezone.now())
    _notice()
    _notice(state="failed", waits=timedelta(days=2))
    assert Client().get(DELIVERY).status_code == 200


def test_delivery_is_ok_with_an_old_notice_that_waits_for_its_next_try(db: None) -> None:
    clock.upkeep(timezone.now())
    notice = _notice(waits=timedelta(hours=2))
    Notification.objects.filter(pk=notice.pk).update(attempts=4, next_attempt_at=timezone.now() + timedelta(minutes=5))
    assert Client().get(DELIVERY).status_code == 200


def problems_of_delivery() -> dict[str, str]:
    """Return what a prober reads, after a stranger read that delivery is not ok and no more."""
    answer = Client(REMOTE_ADDR=STRANGER).get(DELIVERY)
    assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
    problems: dict[str, str] = Client().get(DELIVERY).json()["problems"]
    return problems


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/readyz?part=delivery"])
@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.1.2.3", 200), ("10.2.0.1", 400), (STRANGER, 400)]
)
def test_probers_may_use_any_host(db: None, settings: Settings, path: str, address: str, status: int) -> None:
    settings.HEALTH_NETWORKS = ["10.1.0.0/16", "2001:db8::/32"]
    clock.upkeep(timezone.now())
    assert Client(REMOTE_ADDR=address).get(path, headers={"Host": "10.9.9.9:8000"}).status_code == status


def test_a_prober_may_use_any_host_for_nothing_else(db: None) -> None:
    for path in ("/accounts/login/", "/metrics", "/readyz/x"):
        assert Client().get(path, headers={"Host": "10.9.9.9:8000"}).status_code == 400


def test_a_stranger_behind_a_proxy_of_this_machine_is_no_prober(db: None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    headers = {"Host": "10.9.9.9", "X-Forwarded-For": f"127.0.0.1, {STRANGER}"}
    assert Client().get("/readyz", headers=headers).status_code == 400


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
    assert gauges.oldest_undelivered_seconds() >= 90


def test_metrics_are_zero_without_a_notice(db: None) -> None:
    assert "portal_oldest_undelivered_notice_seconds 0.0" in metrics.exposition().decode()


def value_of(metric: str) -> float:
    (line,) = [line for line in metrics.exposition().decode().splitlines() if line.startswith(f"{metric} ")]
    return float(line.split()[-1])


def test_metrics_have_the_seconds_since_the_last_tick(db: None) -> None:
    assert value_of("portal_seconds_since_last_tick") == inf
    clock.beat()
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=90))
    assert 90 <= value_of("portal_seconds_since_last_tick") < 150


def test_metrics_count_the_notices_that_are_due(db: None) -> None:
    _notice(), _notice(waits=timedelta(hours=-1))
    assert value_of('portal_notices_queued{channel="email"}') == 2
    assert value_of('portal_notices_due{channel="email"}') == 1
    assert value_of('portal_notices_due{channel="sms"}') == 0


def test_metrics_count_open_overdue_and_blocked_requests(db: None) -> None:
    RequestFactory.create(due_at=timezone.now() - timedelta(minutes=1))
    RequestFactory.create(status=Status.APPROVED, blocked_by=["unpaid-orders"])
    assert value_of('portal_requests_open{status="pending"}') == 1
    assert value_of('portal_requests_open{status="approved"}') == 1
    assert value_of("portal_requests_overdue") == 1
    assert value_of("portal_completions_blocked") == 1


def test_metrics_count_the_codes_of_the_last_hour(db: None) -> None:
    scope = LogScope.of_tenant(CustomerFactory.create(), side=Side.CUSTOMER, actor=None)
    append(scope, Operation.CODE_SENT)
    append(scope, Operation.CODE_SENT, result=Result.REFUSED)
    append(scope, Operation.CODE_REFUSED, result=Result.REFUSED)
    assert [value_of(f'portal_codes_last_hour{{what="{word}"}}') for word in ("sent", "refused", "locked")] == [1, 1, 0]
    assert value_of("portal_operation_log_entries") == 3


def test_metrics_have_the_last_verification_of_the_log(db: None) -> None:
    assert value_of("portal_operation_log_verified_timestamp_seconds") == 0
    call_command("verify_operation_log", stdout=StringIO())
    assert value_of("portal_operation_log_intact") == 1
    assert value_of("portal_operation_log_verified_timestamp_seconds") > 0


def test_metrics_report_a_log_that_is_not_intact(db: None) -> None:
    ChainHead.objects.create(chain="vendor", seq=1, hash="lost")
    with pytest.raises(CommandError):
        call_command("verify_operation_log", stderr=StringIO())
    assert value_of("portal_operation_log_intact") == 0


def test_metrics_report_a_broker_that_takes_no_message(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert value_of("portal_broker_up") == 0
