"""Pseudo-locale test of the pages: in a fake language, every text with plain letters is not translatable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Model
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from pytest_django import Settings

from accounts.log.append import VENDOR_CHAIN
from accounts.models import (
    CommerceContract,
    Notification,
    Order,
    ReservedInstance,
    SupportPlan,
    Tenant,
    User,
)
from accounts.tests.notices import REQUEST
from partners.models import DisassociationRequest, Grant, Statement
from portal.tests.gallery import pseudo
from portal.tests.gallery.places import Place
from portal.tests.gallery.reading import plain_words, texts_of
from portal.tests.gallery.world import LONG_REASON, Gallery

# Fields whose values users or the vendor's systems wrote.
DATA: dict[type[Model], tuple[str, ...]] = {
    Tenant: ("name", "key", "public_key", "contact_email"),
    User: ("username", "email"),
    Order: ("number",),
    ReservedInstance: ("number", "name"),
    SupportPlan: ("number", "name"),
    CommerceContract: ("number", "name"),
    Notification: ("idempotency_key", "reference", "last_error"),
    Group: ("name",),
    Grant: ("reason",),
    DisassociationRequest: ("reference", "reason", "decision_reason"),
}
WRITTEN = (VENDOR_CHAIN, LONG_REASON, "Contract signed", "English", "Ido", "ido")
pytestmark = [pytest.mark.django_db, pytest.mark.urls("portal.tests.gallery.urls")]


@pytest.fixture
def pseudo_language(settings: Settings) -> Iterator[None]:
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Ido")]
    with pseudo.spoken():
        yield


@pytest.fixture
def gallery() -> Gallery:
    found = Gallery()
    User.objects.update(language=pseudo.CODE)
    return found


def browser_of(username: str, place: Place) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=not place.has_token)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = pseudo.CODE
    if username:
        client.force_login(User.objects.get(username=username), backend="accounts.sign_in.backends.AccountBackend")
    return client


def visit(username: str, place: Place, names: dict[str, str]) -> tuple[int, str]:
    client, address = browser_of(username, place), place.address(names)
    if "password_link" in place.path:  # the token goes from the address into the session
        address = str(client.get(address, follow=True).request["PATH_INFO"])
    response = client.get(address, follow=True) if place.post is None else client.post(address, place.post, follow=True)
    return response.status_code, response.content.decode()


def mistakes(username: str, place: Place, gallery: Gallery, data: set[str]) -> Iterator[str]:
    """Yield the plain words of the page, and its status if it is not the expected page."""
    status, page = visit(username, place, gallery.names)
    here = f"{username} {place.path} {dict(place.post) if place.post else ''}"
    if status != place.status:
        yield f"{here}: {status} instead of {place.status}"
    for text in plain_words(texts_of(page), data):
        yield f"{here}: {text}"


def known_data() -> set[str]:
    """Return texts that are shown as they are: written by users or the vendor's systems, and generated keys."""
    data = {REQUEST["customer_name"], REQUEST["partner_name"], REQUEST["reason"], REQUEST["decision_reason"]}
    data |= {settings.PRODUCT_NAME, settings.VENDOR_NAME, settings.SUPPORT_EMAIL, *WRITTEN}
    statement = Statement.current()
    for text in (statement.changes, statement.stays, statement.referral_changes, statement.referral_stays):
        data |= set(text.splitlines())
    for model, names in DATA.items():
        data |= {str(value) for row in model._default_manager.values_list(*names) for value in row}
    return data


def test_no_page_has_a_plain_word(pseudo_language: None, gallery: Gallery) -> None:
    data = known_data()
    with rendered() as names:
        places = [(who, place) for who, places in gallery.places().items() for place in places]
        found = [m for who, place in places for m in mistakes(who, place, gallery, data)]
    assert not found, "\n".join(found)
    assert pages() - names == set(), "No place of the gallery shows these templates."


@contextmanager
def rendered() -> Iterator[set[str]]:
    """Collect the names of the templates that are rendered meanwhile."""
    names: set[str] = set()

    def note(template: Template, **_: object) -> None:
        names.add(str(template.name))

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


def pages() -> set[str]:
    """Return the templates of pages. Other tests render those of e-mails."""
    folder = settings.BASE_DIR / "templates"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    return {name for name in found if not name.startswith("notifications/") and "email" not in name}
