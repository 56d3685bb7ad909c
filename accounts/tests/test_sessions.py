"""Session expiry and key rotation, and how rarely sessions are written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.sessions import rotate
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as travel:
        yield travel


@pytest.fixture
def signed_in(client: Client, clock: time_machine.Traveller) -> Client:
    client.force_login(UserFactory())
    return client


def test_a_session_ends_after_30_minutes_without_a_request(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=30))
    response = signed_in.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={PAGE}")


def test_the_login_page_then_says_why(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=31))
    page = signed_in.get(PAGE, follow=True).content.decode()
    assert "Your session ended, so we signed you out" in page


def test_expired_session_is_deleted_from_the_database(signed_in: Client, clock: time_machine.Traveller) -> None:
    key = signed_in.cookies["sessionid"].value
    clock.shift(timedelta(minutes=31))
    signed_in.get(PAGE)
    assert not Session.objects.filter(session_key=key).exists()


def test_a_session_of_somebody_deactivated_ends_for_good(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    User.objects.update(is_active=False)
    assert client.get(PAGE).status_code == 302
    User.objects.update(is_active=True)
    assert client.get(PAGE).status_code == 302
    assert not Session.objects.filter(session_key=client.cookies["sessionid"].value).exists()


def test_a_session_in_use_goes_on(signed_in: Client, clock: time_machine.Traveller) -> None:
    for _ in range(4):
        clock.shift(timedelta(minutes=29))
        assert signed_in.get(PAGE).status_code == 200


def test_a_session_ends_after_12_hours_however_much_it_is_used(
    signed_in: Client, clock: time_machine.Traveller
) -> None:
    for _ in range(24):
        clock.shift(timedelta(minutes=29))
        assert signed_in.get(PAGE).status_code == 200
    clock.shift(timedelta(minutes=24))
    assert signed_in.get(PAGE).status_code == 302


def test_reading_within_a_minute_writes_nothing(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=59))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        signed_in.get(PAGE)
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


def test_reading_after_a_minute_stamps_the_session_once(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=60))
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(PAGE)
        signed_in.get(PAGE)
    assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1


def test_a_session_without_stamps_is_not_trusted(client: Client) -> None:
    client.force_login(UserFactory())
    session = client.session
    del session["session_started"], session["session_seen"]
    session.save()
    assert client.get(PAGE).status_code == 302


def rotated(client: Client) -> tuple[Client, str]:
    """Return the client with its new session key, and the old key."""
    session = client.session
    before = str(session.session_key)
    request = RequestFactory().post("/")
    request.session = session
    rotate(request)
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client, before


def with_key(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


def test_rotating_gives_a_new_key_and_keeps_the_content(signed_in: Client) -> None:
    client, before = rotated(signed_in)
    assert client.cookies["sessionid"].value != before
    assert client.get(PAGE).status_code == 200


def test_rotated_key_still_accepts_the_second_request_of_a_double_click(signed_in: Client) -> None:
    _, before = rotated(signed_in)
    assert with_key(before).get(PAGE).status_code == 200


def test_the_key_before_ends_after_ten_seconds(signed_in: Client, clock: time_machine.Traveller) -> None:
    client, before = rotated(signed_in)
    clock.shift(timedelta(seconds=10))
    assert with_key(before).get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_using_the_rotated_key_does_not_prolong_it(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=55))
    _, before = rotated(signed_in)
    clock.shift(timedelta(seconds=9))
    assert with_key(before).get(PAGE).status_code == 200
    clock.shift(timedelta(seconds=10))
    assert with_key(before).get(PAGE).status_code == 302


def test_signing_out_ends_the_key_before_too(signed_in: Client) -> None:
    client, before = rotated(signed_in)
    client.post("/accounts/logout/")
    assert not Session.objects.filter(session_key=before).exists()
    assert with_key(before).get(PAGE).status_code == 302


def test_a_session_that_was_signed_out_meanwhile_does_not_come_back(signed_in: Client) -> None:
    session = signed_in.session
    before = str(session.session_key)
    request = RequestFactory().post("/")
    request.session = session
    assert dict(session.items())
    Session.objects.filter(session_key=before).delete()
    rotate(request)
    assert not Session.objects.filter(session_key=before).exists()


def test_pages_behind_the_login_are_not_kept_by_the_browser(signed_in: Client) -> None:
    assert signed_in.get(PAGE)["Cache-Control"] == "private, no-store"


def test_the_start_of_a_session_is_not_moved_by_requests(signed_in: Client, clock: time_machine.Traveller) -> None:
    started = signed_in.session["session_started"]
    clock.shift(timedelta(minutes=10))
    signed_in.get(PAGE)
    assert signed_in.session["session_started"] == started
    assert signed_in.session["session_seen"] > started
