"""The clock deletes expired sessions, by the real time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tests.admin_pages import client_of
from accounts.tests.factories import UserFactory
from partners import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("work", [clock.beat, clock.tick, lambda: clock.upkeep(timezone.now())])
def test_upkeep_deletes_expired_sessions(work: Callable[[], object]) -> None:
    Session.objects.create(session_key="over", expire_date=timezone.now() - timedelta(seconds=1))
    work()
    assert not Session.objects.exists()


def test_a_tick_for_a_later_moment_signs_nobody_out() -> None:
    client = client_of(UserFactory())
    clock.tick(timezone.now() + timedelta(days=30))
    assert client.get("/account/").status_code == 200
