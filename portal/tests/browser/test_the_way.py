"""The main job, lived through in a real browser: a customer leaves its reseller."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.tests.browser.conftest import Someone, messages, newest_code, wait_for

pytestmark = pytest.mark.browser

STATEMENT = "I understand the preceding statement and confirm to disassociate from the partner account"
SUBMITTED = "The application for canceling the association with the partner has been submitted"
WAYS: list[dict[str, object]] = [
    {},
    {"java_script_enabled": False},
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
]


def ask_to_disassociate(page: Page, site: str) -> str:
    """Take the customer's way from My Partner to the submitted request; return its reference."""
    page.goto("/my-partner/")
    page.get_by_text("More Operations", exact=True).click()
    page.get_by_role("link", name="Disassociate").last.click()
    expect(page.locator("[data-check]")).to_have_count(10)
    page.get_by_label(STATEMENT).check()
    page.get_by_role("button", name="Disassociate", exact=True).click()
    expect(page).to_have_url(re.compile("/my-partner/disassociate/verify/$"))
    page.fill("[name=code]", newest_code(site))
    page.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_text(SUBMITTED)).to_be_visible()
    reference = page.locator("[data-request]").first.get_attribute("data-request")
    assert reference
    return reference


@pytest.mark.parametrize("options", WAYS, ids=["plain", "without-javascript", "small-and-dark"])
def test_a_customer_leaves_its_reseller(site: str, background: None, someone: Someone, options: dict[str, Any]) -> None:
    customer, partner = someone("customer-ready", **options), someone("partner-admin", **options)
    reference = ask_to_disassociate(customer, site)
    customer.goto("/my-partner/")
    expect(customer.locator(f"[data-request={reference}]").first).to_have_attribute("data-status", "pending")

    partner.goto("/partner/process/")
    partner.locator(f"[data-request={reference}] a").first.click()
    partner.get_by_role("button", name="Approve request", exact=True).click()
    expect(partner.locator(f"[data-request={reference}]").first).to_have_attribute("data-status", "completed")

    customer.goto(f"/requests/{reference}/")
    expect(customer.locator(f"[data-request={reference}]").first).to_have_attribute("data-status", "completed")
    customer.goto("/my-partner/")
    expect(customer.get_by_text("You are not associated with a partner")).to_be_visible()
    customer.goto("/my-partner/operation-log/")
    steps = customer.locator(f"[data-reference={reference}]")
    words = [step.get_attribute("data-operation") for step in steps.all()]
    assert words == ["completed", "approved", "seen", "requested"]
    _both_sides_are_told(site, reference)


def _both_sides_are_told(site: str, reference: str) -> None:
    def look() -> bool:
        told = [m for m in messages(site) if reference in m["body"] + m["subject"]]
        by_channel = {channel: len({m["to"] for m in told if m["channel"] == channel}) for channel in _CHANNELS}
        return all(count >= 2 for count in by_channel.values())

    assert wait_for(look, "the result on every channel of both sides")


_CHANNELS = ("sms", "email", "portal")


def test_the_back_button_after_submitting_submits_nothing_twice(site: str, background: None, someone: Someone) -> None:
    customer = someone("customer-ready")
    reference = ask_to_disassociate(customer, site)
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


def test_an_unticked_box_is_an_error_that_leads_to_the_box(site: str, someone: Someone) -> None:
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
    page.fill("[name=reason]", "We want to stay.")
    page.get_by_role("button", name="Reject request", exact=True).click()
    expect(page.locator("[data-request]").first).to_have_attribute("data-status", "rejected")
