"""The print style of a request: black on white, without navigation and controls."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.tests.browser.sight import cut_off
from portal.tests.browser.visiting import sign_in_at_once
from portal.tests.gallery.world import Gallery

pytestmark = pytest.mark.browser
# A4 is 210 mm wide with margins of 16 mm: 178 mm are 673 CSS pixels.
PAPER = 673
OF_THE_SCREEN = (".topbar__end", ".sidenav", ".breadcrumb", "footer", "aside.demo", "button", ".button", "textarea")
COLOURS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const found = new Set();
  for (const element of document.querySelectorAll("main, main *")) {
    if (!element.checkVisibility() || element.matches(".thread__mark, .bar")) continue; // a dot of colour
    const style = getComputedStyle(element), [r, g, b, a = 1] = channels(style.backgroundColor);
    if (a > 0 && Math.min(r, g, b) < 200) found.add(`${element.className} is printed on ${style.backgroundColor}`);
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (says && Math.max(...channels(style.color).slice(0, 3)) > 190) {
      found.add(`${element.className} is printed in ${style.color}`);
    }
  }
  return [...found];
}"""


@pytest.fixture
def paper(gallery: Gallery, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The longest request in print media, in the dark theme."""
    context = browser.new_context(base_url=live_server.url, color_scheme="dark", locale="en-GB")
    sign_in_at_once(context, live_server.url, "of-long")
    page = context.new_page()
    page.goto(f"/requests/{gallery.names['long']}/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    yield page
    context.close()


def test_what_only_a_screen_can_use_is_not_printed(paper: Page) -> None:
    shown = [place for place in OF_THE_SCREEN for part in paper.locator(place).all() if part.is_visible()]
    assert shown == []
    expect(paper.get_by_text("Open in the Operation Log")).to_be_hidden()
    expect(paper.locator("#withdraw")).to_be_hidden()


def test_the_facts_and_what_happened_are_printed(paper: Page, gallery: Gallery) -> None:
    main = paper.get_by_role("main")
    for words in ("Request to disassociate", gallery.names["long"], "Due", "We bring purchasing back"):
        expect(main.get_by_text(words).first).to_be_visible()
    expect(paper.locator("[data-check=unpaid-orders]")).to_be_visible()


def test_it_fits_the_width_of_the_paper(paper: Page) -> None:
    assert cut_off(paper) == []


def test_a_dark_screen_prints_black_on_white(paper: Page) -> None:
    assert paper.evaluate(COLOURS) == []
    background = paper.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert re.findall(r"\d+", background)[:3] == ["255", "255", "255"]


def test_the_longest_request_takes_few_sheets(paper: Page) -> None:
    sheets = paper.pdf(format="A4").count(b"/Type /Page\n")
    assert 2 <= sheets <= 3
