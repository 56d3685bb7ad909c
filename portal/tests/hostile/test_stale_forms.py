"""Forms that are older than the session: after a sign-out, an expiry, a sign-in as another user, without cookies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from portal.demo import cast
from portal.tests.given import valid
from portal.tests.hostile import world
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.page import read
from portal.tests.hostile.sampling import in_turn
from portal.tests.hostile.test_steps import changed
from portal.tests.hostile.watch import books

pytestmark = pytest.mark.django_db
STATEMENT = valid("understand", "reason")
THEME = "/theme/"  # for everybody, signed in or not
ROLES = [role for role in world.ROLES if role]


def form_token(client: Client, path: str) -> str:
    page: Any = client.get(path)
    forms, _links = read(page.content.decode())
    return next(one.value for form in forms for one in form.fields if one.name == "csrfmiddlewaretoken")


@pytest.mark.parametrize("role", ROLES)
def test_every_form_without_csrf_token_is_403_with_advice(targets: Targets, role: str) -> None:
    client, before = world.client_of(role, enforce_csrf_checks=True), books()
    forms = in_turn(role, [target for target in targets[role] if target.method == "POST"])
    for target in forms:
        for token in ({}, {"csrfmiddlewaretoken": "x"}, {"csrfmiddlewaretoken": "a" * 64}):
            answer: Any = client.post(target.path, dict(target.honest) | token)
            assert answer.status_code == 403, target
            assert re.search("This form is out of date|did not send our cookie", answer.content.decode()), target
    assert len(forms) > 2
    assert changed(before) == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_form_of_a_session_that_has_ended_leads_to_the_login(targets: Targets, role: str) -> None:
    of_the_signed_in = [target for target in targets[role] if target.method == "POST" and target.path != THEME]
    before, forms = books(), in_turn(role, of_the_signed_in)
    for target in forms:
        client = world.client_of(role)
        client.post("/accounts/logout/")
        answer: Any = client.post(target.path, dict(target.honest))
        assert answer.status_code in (302, 303), target
        assert answer["Location"].startswith(("/accounts/login/", "/admin/login/")), target
    assert changed(before) == set()


def test_a_form_after_half_an_hour_leads_to_the_login_with_a_word_of_why(targets: Targets) -> None:
    client, before = world.client_of("customer-referral"), books()
    assert client.get("/my-partner/disassociate/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        answer: Any = client.post("/my-partner/disassociate/", STATEMENT, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"
    assert "Your session ended, so we signed you out" in answer.content.decode()
    assert changed(before) == set()


def test_a_form_of_the_person_before_is_not_taken_for_the_one_who_signed_in(targets: Targets) -> None:
    client, path = world.client_of("customer-referral", enforce_csrf_checks=True), "/my-partner/disassociate/"
    old, before = form_token(client, path), books()
    client.post("/accounts/logout/", {"csrfmiddlewaretoken": old})
    login = {"username": "customer-arrears", "password": cast.PASSWORD}
    signed_in: Any = client.post(
        "/accounts/login/", login | {"csrfmiddlewaretoken": form_token(client, "/accounts/login/")}
    )
    assert signed_in.status_code == 303
    answer: Any = client.post(path, STATEMENT | {"csrfmiddlewaretoken": old})
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
    assert changed(before) - {"accounts.User"} == set()


def test_a_form_of_somebody_who_was_closed_meanwhile_leads_to_the_login(targets: Targets) -> None:
    client = world.client_of("customer-referral")
    User.objects.filter(username="customer-referral").update(is_active=False)
    before = books()
    answer: Any = client.post("/my-partner/disassociate/", STATEMENT)
    assert (answer.status_code, answer["Location"][:17]) == (303, "/accounts/login/?")
    assert changed(before) == set()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "testserver", "\xff"]
)
def test_a_form_from_another_site_is_403(targets: Targets, origin: str) -> None:
    client, before = world.client_of("customer-referral", enforce_csrf_checks=True), books()
    token = form_token(client, "/my-partner/disassociate/")
    form = STATEMENT | {"csrfmiddlewaretoken": token}
    answer: Any = client.post("/my-partner/disassociate/", form, HTTP_ORIGIN=origin)
    assert answer.status_code == 403
    assert changed(before) == set()
    assert client.post("/my-partner/disassociate/", form, HTTP_ORIGIN="http://testserver").status_code == 303
