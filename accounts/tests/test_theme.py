"""The theme: chosen by a form in the user menu, kept in a cookie, rendered into the page by the server."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.tests.factories import UserFactory
from accounts.views.errors import server_error

pytestmark = pytest.mark.django_db
THEMED = '<html lang="en" dir="ltr" data-theme="{}">'


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def choose(client: Client, theme: str, **fields: str) -> str:
    """Send the form of the user menu and return where it leads."""
    response = client.post("/theme/", {"theme": theme, **fields})
    assert response.status_code == 303
    return str(response["Location"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_in_the_first_byte_of_every_page(reader: Client, theme: str) -> None:
    assert choose(reader, theme, next="/notifications/") == "/notifications/"
    for path in ("/notifications/", "/no/such/page/"):
        page = reader.get(path).content.decode()
        assert THEMED.format(theme) in page
        assert f'<meta name="color-scheme" content="{theme}">' in page


def test_the_device_decides_until_somebody_chooses(reader: Client) -> None:
    page = reader.get("/notifications/").content.decode()
    assert "data-theme" not in page
    assert '<meta name="color-scheme" content="light dark">' in page


def test_the_theme_of_the_device_can_be_chosen_again(reader: Client) -> None:
    choose(reader, "dark")
    choose(reader, "system")
    assert "data-theme" not in reader.get("/notifications/").content.decode()


def test_the_menu_shows_which_theme_is_chosen(reader: Client) -> None:
    choose(reader, "dark")
    page = reader.get("/notifications/").content.decode()
    assert page.count('value="dark" aria-pressed="true"') == 2  # in both menus
    assert page.count('aria-pressed="true"') == 2


def test_the_theme_outlives_a_sign_out(reader: Client) -> None:
    choose(reader, "dark")
    reader.post("/accounts/logout/")
    assert THEMED.format("dark") in reader.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("word", ["", "blue", 'dark" onload="x', "DARK"])
def test_an_unknown_theme_is_that_of_the_device(reader: Client, word: str) -> None:
    choose(reader, word)
    assert "data-theme" not in reader.get("/notifications/").content.decode()
    reader.cookies[settings.THEME_COOKIE_NAME] = word
    assert "data-theme" not in reader.get("/notifications/").content.decode()


def test_without_a_page_of_ours_the_form_leads_home(reader: Client) -> None:
    assert choose(reader, "dark", next="https://elsewhere.example/") == "/"
    assert choose(reader, "dark") == "/"


def test_a_page_of_another_organisation_leads_home_like_one_that_is_missing(reader: Client) -> None:
    assert 'name="next" value=""' in reader.get("/no/such/page/").content.decode()


def test_the_theme_is_changed_by_a_post_alone(reader: Client) -> None:
    assert reader.get("/theme/").status_code == 405


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(client: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookie = client.post("/theme/", {"theme": "dark"}).cookies[settings.THEME_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_a_form_of_another_site_changes_no_theme() -> None:
    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 403


def test_the_server_error_page_has_the_theme() -> None:
    request = RequestFactory().get("/")
    request.COOKIES[settings.THEME_COOKIE_NAME] = "dark"
    assert THEMED.format("dark") in server_error(request).content.decode()
