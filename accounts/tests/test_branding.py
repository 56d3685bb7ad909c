"""The vendor's brand: the accent in a stylesheet and in the icon of the tab, readable whatever it is."""

from __future__ import annotations

import colorsys

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.frame import branding, colours

# blue, red, yellow, green, black, violet, cyan, orange
ACCENTS = ("#0b57d0", "#e4002b", "#ffd600", "#0a7d4b", "#000000", "#7c3aed", "#00d5ff", "#ff7a00")


@pytest.mark.django_db
def test_without_an_accent_there_is_no_brand_stylesheet(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "brand.css" not in page
    assert '<link rel="icon" href="/static/img/mark.svg">' in page


@pytest.mark.parametrize("accent", ["red", "#12345", "#12345g", "#123456}body{display:none", "#123456\n", ""])
def test_invalid_accent_colour_makes_no_stylesheet(accent: str) -> None:
    assert branding.stylesheet(accent) == ""
    assert branding.mark(accent) == ""


def test_the_accent_is_one_variable_of_a_small_stylesheet(client: Client, settings: Settings) -> None:
    settings.ACCENT = "#0a7d4b"
    response = client.get("/brand.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.content == b":root{--brand:#0a7d4b}\n"


@pytest.mark.django_db
def test_a_page_names_the_version_of_the_accent_which_is_cached_for_a_year(client: Client, settings: Settings) -> None:
    settings.ACCENT = "#0a7d4b"
    page = client.get("/accounts/login/").content.decode()
    for path in ("/brand.css", "/brand.svg"):
        address = f"{path}?v={branding.version()}"
        assert f'href="{address}"' in page
        assert client.get(address)["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", ["/brand.css", "/brand.css?v=00000000", "/brand.svg"])
def test_an_address_without_the_current_version_is_cached_for_an_hour(client: Client, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "public, max-age=3600"


def test_another_accent_has_another_address(settings: Settings) -> None:
    settings.ACCENT = "#0a7d4b"
    green = branding.brand().stylesheet
    settings.ACCENT = "#e4002b"
    assert branding.brand().stylesheet != green


def test_the_icon_of_the_tab_is_the_mark_in_the_accent(client: Client, settings: Settings) -> None:
    settings.ACCENT = "#ffd600"
    response = client.get("/brand.svg")
    assert response["Content-Type"] == "image/svg+xml"
    dark_yellow = colours.to_hex(colours.readable(colours.parse("#ffd600")))
    assert f'fill="{dark_yellow}"' in response.content.decode()


@pytest.mark.django_db
def test_a_logo_is_in_the_bar_and_in_the_tab(client: Client, settings: Settings) -> None:
    settings.LOGO_URL = "/static/img/rings.svg"
    page = client.get("/accounts/login/").content.decode()
    assert '<link rel="icon" href="/static/img/rings.svg">' in page
    assert '<img class="sign-in__mark" src="/static/img/rings.svg" alt="" height="32">' in page


@pytest.mark.parametrize("accent", ACCENTS)
def test_white_text_on_an_accent_is_readable(accent: str) -> None:
    assert colours.contrast(colours.WHITE, colours.readable(colours.parse(accent))) >= 4.5


def test_white_text_is_readable_on_every_hue_and_lightness() -> None:
    for hue in range(0, 360, 5):
        for lightness in range(0, 101, 5):
            colour = colorsys.hls_to_rgb(hue / 360, lightness / 100, 1)
            assert colours.contrast(colours.WHITE, colours.readable(colour)) >= 4.5, (hue, lightness)


@pytest.mark.parametrize("accent", ["#000000", "#1d3a8a", "#7a1020", "#00573f"])
def test_an_accent_that_is_dark_enough_stays_as_it_is(accent: str) -> None:
    assert colours.to_hex(colours.readable(colours.parse(accent))) == accent


def test_black_on_white_has_the_highest_contrast() -> None:
    assert colours.contrast((0, 0, 0), colours.WHITE) == pytest.approx(21)
