"""Key rotation of a session that ends meanwhile, in another tab, by its password, by staff or by its age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import logout
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.sessions import rotate
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def request_of(client: Client) -> HttpRequest:
    """Return a request of the client's session, which has been read."""
    request = RequestFactory().post("/")
    request.session = SessionStore(client.cookies["sessionid"].value)
    assert dict(request.session.items())
    request.user = User.objects.get(pk=request.session["_auth_user_id"])
    return request


def answer_with(request: HttpRequest, client: Client) -> None:
    """Save the session and hand over its cookie, like Django's middleware at the end of a request."""
    if request.session.modified:
        request.session.save()
        client.cookies["sessionid"] = str(request.session.session_key)


def live_sessions() -> int:
    """Count the sessions that are signed in. Signing out leaves one for its message, which is not."""
    live = Session.objects.filter(expire_date__gt=timezone.now())
    return sum("_auth_user_id" in session.get_decoded() for session in live)


def is_signed_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def sign_out(client: Client) -> None:
    client.post("/accounts/logout/")


def delete_all_sessions(_client: Client) -> None:
    Session.objects.all().delete()


def let_it_expire(_client: Client) -> None:
    Session.objects.update(expire_date=timezone.now())


@pytest.mark.parametrize("ends", [sign_out, delete_all_sessions, let_it_expire])
def test_rotation_does_not_revive_a_session_that_ended_since_it_was_read(
    signed_in: Client, ends: Callable[[Client], None]
) -> None:
    request = request_of(signed_in)
    ends(signed_in)
    rotate(request)
    answer_with(request, signed_in)
    assert live_sessions() == 0
    assert not is_signed_in(signed_in)


def test_rotation_does_not_save_what_an_ended_session_had_to_save(signed_in: Client) -> None:
    request = request_of(signed_in)
    request.session["session_seen"] = 0
    sign_out(signed_in)
    rotate(request)
    answer_with(request, signed_in)
    assert live_sessions() == 0


def test_sign_out_under_the_old_key_ends_the_rotated_session(signed_in: Client) -> None:
    other_tab = request_of(signed_in)
    request = request_of(signed_in)
    rotate(request)
    answer_with(request, signed_in)
    logout(other_tab)
    assert live_sessions() == 0
    assert not is_signed_in(signed_in)


def test_sign_out_ends_every_key_of_a_session_rotated_twice(signed_in: Client) -> None:
    behind = request_of(signed_in)
    for _ in range(2):
        request = request_of(signed_in)
        rotate(request)
        answer_with(request, signed_in)
    assert live_sessions() == 3
    logout(behind)
    assert live_sessions() == 0


def test_sign_out_ends_what_the_old_key_was_rotated_to_again(signed_in: Client) -> None:
    behind = request_of(signed_in)
    for request in (request_of(signed_in), behind):
        rotate(request)
        answer_with(request, signed_in)
    sign_out(signed_in)
    assert not is_signed_in(signed_in)
    assert live_sessions() == 0


def test_sign_out_leaves_other_sessions_of_the_person_alone(signed_in: Client) -> None:
    elsewhere = Client()
    elsewhere.force_login(User.objects.get())
    request = request_of(signed_in)
    rotate(request)
    answer_with(request, signed_in)
    sign_out(signed_in)
    assert is_signed_in(elsewhere)


def test_password_change_elsewhere_ends_the_rotated_session(signed_in: Client) -> None:
    request = request_of(signed_in)
    user = User.objects.get()
    user.set_password("another-long-password")
    user.save()
    rotate(request)
    answer_with(request, signed_in)
    assert not is_signed_in(signed_in)


def test_deactivation_ends_the_rotated_session_for_good(signed_in: Client) -> None:
    request = request_of(signed_in)
    User.objects.update(is_active=False)
    rotate(request)
    answer_with(request, signed_in)
    assert not is_signed_in(signed_in)
    User.objects.update(is_active=True)
    assert not is_signed_in(signed_in)


def test_rotation_does_not_prolong_the_twelve_hours(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(UserFactory())
        for _ in range(24):
            clock.shift(timedelta(minutes=29))
            assert is_signed_in(client)
        request = request_of(client)
        rotate(request)
        answer_with(request, client)
        assert is_signed_in(client)
        clock.shift(timedelta(minutes=25))
        assert not is_signed_in(client)
