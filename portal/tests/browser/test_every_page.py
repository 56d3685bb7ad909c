"""Every page of the gallery in Chromium: no WCAG 2.2 AA violation, no CSP violation, nothing cut off.

Light and dark, at 360 and 1280 pixels. The widths of 200 and 400 percent zoom are checked for cut-off content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.tests.browser.sight import ALL_RULES, OF_COLOURS, cut_off, violations
from portal.tests.browser.visiting import sign_in_at_once, visit
from portal.tests.browser.watching import Watch
from portal.tests.gallery.places import Place
from portal.tests.gallery.world import Gallery

pytestmark = [pytest.mark.browser, pytest.mark.urls("portal.tests.gallery.urls")]
# 1280 pixels at 400 and 200 percent zoom, a phone, a desktop.
WIDTHS = (320, 640, 360, 1280)


@pytest.mark.parametrize("is_of_admin", [False, True])
def test_no_page_breaks_a_rule_hides_a_word_or_is_refused_a_thing(
    is_of_admin: bool, gallery: Gallery, browser: Browser, live_server: LiveServer
) -> None:
    found: list[str] = []
    for username, places in gallery.places().items():
        chosen = [place for place in places if place.path.startswith("/admin/") == is_of_admin]
        found += _walk(browser, live_server.url, username, chosen, gallery) if chosen else []
    assert not found, "\n".join(found)


def _walk(
    browser: Browser,
    address: str,
    username: str,
    places: Iterable[Place],
    gallery: Gallery,
) -> list[str]:
    context = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 1280, "height": 900})
    watch = Watch(context)
    if username:
        sign_in_at_once(context, address, username)
    page, found = context.new_page(), []
    for place in places:
        look = _mistakes_of_the_admin if place.path.startswith("/admin/") else _mistakes
        found += [problem for problem in (visit(page, place, gallery.names), *look(page)) if problem]
    context.close()
    return [f"{username}: {problem}" for problem in found + watch.complaints]


def _mistakes(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from cut_off(page)
        if width in (360, 1280):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                yield from violations(page, ALL_RULES if scheme == "light" else OF_COLOURS)


# Django's own markup: the search field, whose label is a picture, and the help of the list of permissions.
OF_DJANGO = {"label-title-only": ("#searchbar",), "aria-prohibited-attr": (".search-label-icon",)}


# All models use the same templates, so the dark theme is checked for three of them.
ONLY_LIGHT = re.compile(r"/admin/\w+/(?!tenant|user|disassociationrequest)\w+/")


def _mistakes_of_the_admin(page: Page) -> Iterator[str]:
    """Yield the mistakes at desktop width, in the light and the dark theme."""
    page.emulate_media(color_scheme="light")
    yield from violations(page, ALL_RULES, OF_DJANGO)
    if not ONLY_LIGHT.search(page.url):
        page.emulate_media(color_scheme="dark")
        yield from violations(page, OF_COLOURS, OF_DJANGO)
