"""Race of a session's rotation with a sign-out in another tab: the session ends under every key."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.sign_in.sessions import rotate
from accounts.tests.factories import UserFactory
from accounts.tests.races.racing import Race, in_rounds


def read(key: str, user: User) -> HttpRequest:
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(key), user
    assert dict(request.session.items())
    return request


@in_rounds
def test_rotation_and_sign_out_at_once_leave_no_session(race: Race) -> None:
    client, user = Client(), UserFactory()
    client.force_login(user)
    first, second = (read(client.cookies["sessionid"].value, user) for _ in range(2))
    race(lambda: rotate(first), lambda: logout(second))
    assert not Session.objects.exists()
