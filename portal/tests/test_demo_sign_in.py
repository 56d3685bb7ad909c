"""The tour of the demo: the logins on the sign-in page, and signing in by one press."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from portal.demo import cast, tour, world
from portal.models import DemoMarker

pytestmark = pytest.mark.django_db
LOGIN, SIGN_IN = "/accounts/login/", "/demo/sign-in/"
BUTTON = r'name="username" value="([^"]+)">Sign in as<span class="visually-hidden"> ([^<]+)</span></button>'


@pytest.fixture
def demo() -> None:
    world.build()


def who(client: Client) -> str:
    request = HttpRequest()
    request.session = client.session
    return get_user(request).get_username()


def press(client: Client, username: str) -> Any:
    return client.post(SIGN_IN, {"username": username})


def test_every_login_has_one_line_in_one_group() -> None:
    listed = [login.username for group in tour.groups() for login in group.logins]
    assert sorted(listed) == sorted(cast.logins())


@pytest.mark.usefixtures("demo")
def test_the_sign_in_page_has_a_button_for_each_login_and_the_form() -> None:
    page = Client().get(LOGIN).content.decode()
    buttons = re.findall(BUTTON, page)
    assert {username for username, _name in buttons} == set(cast.logins())
    assert all(username == name for username, name in buttons)
    assert 'name="password"' in page


def test_the_page_lists_no_login_without_demo_data() -> None:
    assert SIGN_IN not in Client().get(LOGIN).content.decode()


@pytest.mark.usefixtures("demo")
def test_the_page_lists_no_login_without_demo(settings: Any) -> None:
    settings.DEMO = False
    assert SIGN_IN not in Client().get(LOGIN).content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("username", ["customer-ready", "partner-member", "staff"])
def test_one_press_signs_in_and_leads_to_the_start_page(username: str) -> None:
    client = Client()
    answer = press(client, username)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert who(client) == username


@pytest.mark.usefixtures("demo")
def test_one_press_changes_who_is_signed_in() -> None:
    client = Client()
    press(client, "customer-ready")
    before = client.session.session_key
    press(client, "partner-admin")
    assert who(client) == "partner-admin"
    assert client.session.session_key != before


@pytest.mark.usefixtures("demo")
def test_nobody_but_the_cast_signs_in_by_a_press() -> None:
    user = UserFactory(username="dana")
    user.set_password(cast.PASSWORD)
    user.save()
    client = Client()
    for username in ("dana", "dana@portal.example", "CUSTOMER-READY", "no-such-login", ""):
        answer = press(client, username)
        assert answer.status_code == 422
        assert who(client) == ""


@pytest.mark.usefixtures("demo")
def test_a_changed_password_and_a_deactivated_login_are_respected() -> None:
    user = User.objects.get(username="customer-ready")
    user.set_password("an-unheard-of-phrase")
    user.save()
    User.objects.filter(username="staff").update(is_active=False)
    for username in ("customer-ready", "staff"):
        assert press(Client(), username).status_code == 422


def test_it_is_refused_in_a_database_without_the_marker() -> None:
    world.build()
    DemoMarker.objects.all().delete()
    client = Client()
    assert press(client, "customer-ready").status_code == 403
    assert who(client) == ""


@pytest.mark.usefixtures("demo")
def test_it_does_not_exist_without_demo(settings: Any) -> None:
    settings.DEMO = False
    assert press(Client(), "customer-ready").status_code == 404


@pytest.mark.usefixtures("demo")
def test_it_needs_the_token_of_the_form() -> None:
    assert press(Client(enforce_csrf_checks=True), "customer-ready").status_code == 403


@pytest.mark.usefixtures("demo")
def test_it_is_not_a_page() -> None:
    assert Client().get(SIGN_IN).status_code == 405


def test_reset_refuses_data_that_load_demo_did_not_write() -> None:
    UserFactory()
    with pytest.raises(CommandError, match="did not write"):
        call_command("load_demo", reset=True)
    assert User.objects.exists()
