"""The main flow in a real browser: a customer disassociates from its reseller."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.demo import cast
from portal.tests.browser.conftest import Someone, messages, newest_code, wait_for
from portal.tests.browser.hands import Hands, Keyboard, Mouse

pytestmark = pytest.mark.browser

STATEMENT = "I understand the preceding statement and confirm to disassociate from the partner account"
SUBMITTED = "The application for canceling the association with the partner has been submitted"


@dataclass(frozen=True)
class Way:
    """Viewport, scripts and input devices of the two users of a flow."""

    hands: type[Mouse] | type[Keyboard] = Mouse
    options: dict[str, Any] = field(default_factory=dict)


WAYS = {
    "plain": Way(),
    "without-javascript": Way(options={"java_script_enabled": False}),
    "small-and-dark": Way(options={"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}),
    "keyboard": Way(hands=Keyboard),
    # 1280 × 1024 at 200 %
    "zoomed": Way(options={"viewport": {"width": 640, "height": 512}, "device_scale_factor": 2}),
}


def at(path: str) -> re.Pattern[str]:
    """Match the URL of a page, also with the fragment of the skip link."""
    return re.compile(f"{path}(#main)?$")


def ask_to_disassociate(hands: Hands, site: str) -> str:
    """Go from My Partner to the submitted request as the customer, and return its reference."""
    page = hands.page
    expect(page).to_have_url(at("/my-partner/"))
    hands.look()
    hands.press(page.get_by_text("More Operations", exact=True))
    hands.press(page.get_by_role("main").get_by_role("link", name="Disassociate").last)
    expect(page.locator("[data-check]")).to_have_count(10)
    hands.look()
    hands.write(page.get_by_label("Reason"), "We buy directly.")
    hands.tick(page.get_by_label(STATEMENT))
    hands.press(page.get_by_role("button", name="Disassociate", exact=True))
    expect(page).to_have_url(at("/my-partner/disassociate/verify/"))
    hands.look()
    hands.write(page.get_by_label("Verification code"), newest_code(site))
    hands.press(page.get_by_role("button", name="OK", exact=True))
    expect(page.get_by_text(SUBMITTED)).to_be_visible()
    hands.look()
    reference = page.locator("[data-request]").first.get_attribute("data-request")
    assert reference
    return reference


def approve(hands: Hands, reference: str) -> None:
    """Approve the request as the partner, from Process to the ended association."""
    page = hands.page
    expect(page).to_have_url(at("/partner/process/"))
    hands.look()
    hands.press(page.locator(f"[data-request={reference}] a").first)
    expect(page).to_have_url(at(f"/partner/process/{reference}/"))
    hands.look()
    hands.tick(page.get_by_label("I have read what ends, and approve the request"))
    hands.press(page.get_by_role("button", name="Approve request", exact=True))
    expect(page.locator(f"[data-request={reference}]").first).to_have_attribute("data-status", "completed")
    hands.look()


def read_the_result(hands: Hands, reference: str) -> None:
    """Go to My Partner and to the log, and check that it has every step."""
    page = hands.page
    hands.press(page.get_by_role("main").get_by_role("link", name="My Partner").first)
    expect(page.get_by_text("You are not associated with a partner")).to_be_visible()
    hands.look()
    hands.press(page.get_by_text("More Operations", exact=True))
    hands.press(page.get_by_role("main").get_by_role("link", name="Operation Log").last)
    steps = page.locator(f"[data-reference={reference}]")
    expect(steps).to_have_count(4)
    words = [step.get_attribute("data-operation") for step in steps.all()]
    assert words == ["completed", "approved", "seen", "requested"]
    hands.look()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_customer_leaves_its_reseller(site: str, background: None, someone: Someone, way: Way) -> None:
    customer, partner = way.hands(someone(**way.options)), way.hands(someone(**way.options))
    enter(customer, "customer-ready")
    reference = ask_to_disassociate(customer, site)
    enter(partner, "partner-admin")
    approve(partner, reference)
    customer.page.reload()
    expect(customer.page.locator(f"[data-request={reference}]").first).to_have_attribute("data-status", "completed")
    customer.look()
    read_the_result(customer, reference)
    _both_sides_are_told(site, reference)


def enter(hands: Hands, username: str) -> None:
    """Sign in by mouse or keyboard, like everything else."""
    hands.page.goto("/accounts/login/")
    hands.write(hands.page.get_by_label("Username or e-mail address"), username)
    hands.write(hands.page.get_by_label("Password", exact=True), cast.PASSWORD)
    hands.press(hands.page.get_by_role("button", name="Sign in", exact=True))


def _both_sides_are_told(site: str, reference: str) -> None:
    def look() -> bool:
        told = [m for m in messages(site) if reference in m["body"] + m["subject"]]
        by_channel = {channel: len({m["to"] for m in told if m["channel"] == channel}) for channel in _CHANNELS}
        return all(count >= 2 for count in by_channel.values())

    assert wait_for(look, "the result on every channel of both sides")


_CHANNELS = ("sms", "email", "portal")


def test_the_back_button_after_submitting_submits_nothing_twice(site: str, background: None, someone: Someone) -> None:
    customer = someone("customer-ready")
    reference = ask_to_disassociate(Mouse(customer), site)
    customer.go_back()
    customer.reload()
    customer.goto("/my-partner/disassociate/")
    expect(customer.locator("[data-check=open-request]")).to_have_attribute("data-answer", "fail")
    customer.goto("/my-partner/operation-log/?operation=requested")
    expect(customer.locator("[data-operation=requested]")).to_have_count(1)
    expect(customer.locator(f"[data-reference={reference}]")).to_have_count(1)


def test_a_wrong_code_says_how_many_tries_are_left(site: str, background: None, someone: Someone) -> None:
    page = someone("customer-ready")
    page.goto("/my-partner/disassociate/")
    page.get_by_label(STATEMENT).check()
    page.get_by_role("button", name="Disassociate", exact=True).click()
    code = newest_code(site)
    page.fill("[name=code]", f"{(int(code) + 1) % 10**6:06d}")
    page.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("4 tries left")
    expect(page).to_have_title(re.compile("^Error:"))


def test_unticked_box_is_an_error_with_a_link_to_the_box(site: str, someone: Someone) -> None:
    page = someone("customer-ready", java_script_enabled=False)
    page.goto("/my-partner/disassociate/")
    page.locator("[name=understand]").evaluate("box => box.removeAttribute('required')")
    page.get_by_role("button", name="Disassociate", exact=True).click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("[name=understand]")).to_be_focused()


def test_the_customer_decides_a_request_of_its_partner(site: str, background: None, someone: Someone) -> None:
    page = someone("customer-open-request")
    page.goto("/my-partner/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Process")).first.click()
    page.locator("[data-request] a").first.click()
    page.get_by_text("Reject", exact=True).click()
    page.fill("[name=reason]", "We want to stay.")
    page.get_by_role("button", name="Reject request", exact=True).click()
    expect(page.locator("[data-request]").first).to_have_attribute("data-status", "rejected")
