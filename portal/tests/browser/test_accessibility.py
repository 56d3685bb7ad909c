"""axe on every page, light and dark, at 360 and 1280 pixels: WCAG 2.2 AA, no violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from portal.tests.browser.conftest import Someone

pytestmark = pytest.mark.browser

RULES = {
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
PAGES = {
    "": ["/accounts/login/", "/accounts/password-reset/", "/no-such-page/", "/demo/messages/"],
    "customer-ready": [
        "/my-partner/",
        "/my-partner/disassociate/",
        "/my-partner/process/",
        "/my-partner/operation-log/",
        "/my-partner/operation-log/?operation=nonsense",
        "/account/",
        "/notifications/",
        "/partner/process/",
        "/requests/D-00000000/",
    ],
    "customer-all-blockers": ["/my-partner/", "/my-partner/disassociate/", "/my-partner/process/", "/account/"],
    "customer-stale-orders": ["/my-partner/disassociate/"],
    "customer-mobile-number": ["/account/"],
    "customer-none": ["/my-partner/"],
    "customer-member": ["/my-partner/", "/account/"],
    "partner-admin": [
        "/partner/process/",
        "/partner/customers/",
        "/partner/operation-log/",
        "/account/",
        "/notifications/",
    ],
}
LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_violates_a_rule(site: str, someone: Someone, width: int, scheme: str) -> None:
    found: list[str] = []
    for username, addresses in PAGES.items():
        page = someone(username, viewport={"width": width, "height": 900}, color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            found += violations(page)
    assert "\n".join(found) == ""


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_of_the_way_violate_no_rule(site: str, someone: Someone, width: int, scheme: str) -> None:
    page = someone("customer-ready", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto("/my-partner/disassociate/")
    page.locator("[name=understand]").check()
    page.get_by_role("button", name="Disassociate", exact=True).click()
    found = violations(page)
    page.fill("[name=code]", "0")
    page.get_by_role("button", name="OK", exact=True).click()
    found += violations(page)
    decider = someone("customer-open-request", viewport={"width": width, "height": 900}, color_scheme=scheme)
    decider.goto("/my-partner/process/")
    decider.locator("[data-request] a").first.click()
    found += violations(decider)
    assert "\n".join(found) == ""


def violations(page: Page) -> list[str]:
    results = Axe().run(page, options=RULES)
    return [
        f"{page.url}: {violation['id']}: {node['html'][:120]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
