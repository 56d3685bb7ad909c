"""Visit a place of the gallery in a browser: open the page or submit the form, as a user with permission."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Response

from accounts.models import User
from portal.tests.gallery.places import Place

# Submits a form by script, with a CSRF token from the page.
SEND = """([address, fields, hasToken]) => {
  const form = document.createElement("form");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries({...fields, ...(hasToken ? {csrfmiddlewaretoken: token} : {})})) {
    const input = form.appendChild(document.createElement("input"));
    [input.name, input.value, input.type] = [name, value, "hidden"];
  }
  [form.method, form.action] = ["post", address];
  document.body.append(form);
  form.submit();
}"""


def sign_in_at_once(context: BrowserContext, address: str, username: str) -> None:
    """Create a session for the browser without the login form."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="accounts.sign_in.backends.AccountBackend")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])


def visit(page: Page, place: Place, names: Mapping[str, str]) -> str:
    """Open the place and unfold everything. Return a message if the status is wrong."""
    address = place.address(names)
    response = page.goto(address) if place.post is None else _send(page, place, address)
    page.evaluate("() => document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
    status = response.status if response else 0
    return "" if status == place.status else f"{page.url} {place}: {status}"


def _send(page: Page, place: Place, address: str) -> Response | None:
    """Submit from the page of the form if there is one, otherwise from a page that every user has."""
    if "password_link" in place.path:
        page.goto(address)
        address = page.url
    elif not page.locator("[name=csrfmiddlewaretoken]").count():
        page.goto("/")
    with page.expect_navigation() as navigation:
        page.evaluate(SEND, [address, dict(place.post or {}), place.has_token])
    return navigation.value
