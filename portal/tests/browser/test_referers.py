"""What a real browser discloses and stores: referers, cookies and local storage."""

from __future__ import annotations

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page, Request, expect

from accounts.models import User
from portal.tests.browser.conftest import Someone, sign_in

pytestmark = pytest.mark.browser

NEW_PASSWORD = "harbour-candle-93-brisk"


def test_password_token_is_in_no_referer_or_later_url(site: str, someone: Someone) -> None:
    user = User.objects.get(username="customer-ready")
    token = default_token_generator.make_token(user)
    page = someone()
    asked = watched(page)
    page.goto(f"/accounts/set-password/{urlsafe_base64_encode(force_bytes(user.pk))}/{token}/")
    page.fill("[name=new_password1]", NEW_PASSWORD)
    page.fill("[name=new_password2]", NEW_PASSWORD)
    page.get_by_role("button").last.click()
    expect(page).to_have_url(f"{site}/accounts/login/")
    page.goto("/accounts/password-reset/")
    with_token = [request for request in asked if token in request.url]
    assert [request.is_navigation_request() for request in with_token] == [True]
    referers = [request.all_headers().get("referer", "") for request in asked]
    assert any(referers), "The browser sent no Referer at all: nothing was tried."
    assert not [referer for referer in referers if token in referer]


def test_browser_stores_only_http_only_cookies(site: str, someone: Someone) -> None:
    page = someone()
    sign_in(page, "customer-ready")
    for path in ("/my-partner/", "/my-partner/disassociate/", "/account/", "/notifications/"):
        page.goto(path)
    kept = page.context.cookies()
    assert {cookie["name"] for cookie in kept} == {"sessionid", "csrftoken"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in kept)
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def watched(page: Page) -> list[Request]:
    """Collect the requests that the page makes from now on."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks what it is given
    return asked
