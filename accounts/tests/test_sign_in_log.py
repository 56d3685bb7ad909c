"""The JSON log of sign-ins, sign-outs and failures, without any typed text."""

from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from accounts.models import User
from accounts.tests.admin_pages import client_of
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WORDS = {"signed-in", "signed-out", "password-refused", "sign-in-locked"}


@pytest.fixture
def user() -> User:
    return UserFactory(username="dana")


def lines_of(client: Client, path: str, **sent: str) -> list[dict[str, Any]]:
    with capture_logs() as lines:
        client.post(path, sent)
    return [dict(line) for line in lines if line["event"] in WORDS]


def test_a_sign_in_names_the_account_and_the_factor(client: Client, user: User) -> None:
    (line,) = lines_of(client, LOGIN, username="dana", password=PASSWORD)
    assert (line["event"], line["account"], line["factor"]) == ("signed-in", user.pk, "password")


def test_a_sign_out_names_the_account(user: User) -> None:
    (line,) = lines_of(client_of(user), "/accounts/logout/")
    assert (line["event"], line["account"]) == ("signed-out", user.pk)


@pytest.mark.parametrize("name", ["dana", "DANA"])
def test_a_refused_sign_in_names_the_account(client: Client, user: User, name: str) -> None:
    (line,) = lines_of(client, LOGIN, username=name, password="wrong")
    assert (line["event"], line["account"], line["path"]) == ("password-refused", user.pk, LOGIN)


def test_refused_sign_in_logs_nothing_that_was_typed(client: Client) -> None:
    (line,) = lines_of(client, LOGIN, username="my-secret-in-the-wrong-field", password="another-secret")
    assert line["account"] is None
    assert "secret" not in str(line)


def test_a_password_that_is_asked_again_counts_as_well(user: User) -> None:
    sent = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
    (line,) = lines_of(client_of(user), "/account/password/", **sent)
    assert (line["event"], line["account"], line["path"]) == ("password-refused", user.pk, "/account/password/")


def test_lockout_has_its_own_log_line(client: Client, user: User) -> None:
    lines = [line for _ in range(5) for line in lines_of(client, LOGIN, username="dana", password="wrong")]
    assert [line["event"] for line in lines].count("sign-in-locked") == 1
    assert {line["account"] for line in lines} == {user.pk}
