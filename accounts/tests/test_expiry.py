"""Deletion of expired sessions and expired sign-in failures."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.sign_in import expiry
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def session(key: str, expires_in: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + expires_in)


def attempt(username: str, before: timedelta) -> None:
    row = AccessAttempt.objects.create(username=username, ip_address="192.0.2.1", failures_since_start=1)
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - before)


def test_expired_sessions_are_deleted_and_live_ones_kept() -> None:
    session("over", timedelta(seconds=-1))
    session("alive", timedelta(minutes=1))
    assert expiry.delete_expired() == 1
    assert list(Session.objects.values_list("pk", flat=True)) == ["alive"]


def test_expired_sign_in_failures_are_deleted() -> None:
    attempt("over", settings.AXES_COOLOFF_TIME + timedelta(seconds=1))
    attempt("counts", settings.AXES_COOLOFF_TIME - timedelta(minutes=1))
    assert expiry.delete_expired() == 1
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["counts"]


def test_active_lockout_is_not_deleted(client: Client) -> None:
    UserFactory(username="dana")
    for _ in range(5):
        client.post("/accounts/login/", {"username": "dana", "password": "wrong"})
    expiry.delete_expired()
    assert client.post("/accounts/login/", {"username": "dana", "password": "wrong"}).status_code == 429


def test_without_expired_rows_it_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session("alive", timedelta(minutes=1))
    with django_assert_num_queries(2):
        assert expiry.delete_expired() == 0


def test_many_expired_rows_are_deleted_in_batches() -> None:
    for number in range(3):
        session(f"over-{number}", timedelta(days=-1))
    assert [expiry.delete_expired(batch=2), expiry.delete_expired(batch=2)] == [2, 1]
