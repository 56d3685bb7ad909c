"""Guessing by many sessions and addresses: the limits count people, numbers and addresses, never cookies."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.codes import code_for
from accounts.models import Challenge, SmsDevice
from partners.models import DisassociationRequest
from portal.demo import cast
from portal.tests.given import valid
from portal.tests.hostile import world
from portal.tests.hostile.discovery import Targets

pytestmark = pytest.mark.django_db
DISASSOCIATE, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"
STATEMENT = valid("understand", "reason")
USER = "customer-ready"


def wrong_code(step: int) -> str:
    challenge = Challenge.objects.open().get(user__username=USER, purpose="disassociate")
    return f"{(int(code_for(challenge)) + 1 + step) % 10**6:06d}"


def guess(step: int) -> int:
    """One wrong code from a session, a browser and an address that were never seen before."""
    client: Any = world.client_of(USER)
    forged = {"REMOTE_ADDR": f"203.0.113.{step}", "HTTP_X_FORWARDED_FOR": f"198.51.100.{step}"}
    status: int = client.post(VERIFY, {"code": wrong_code(step)}, HTTP_USER_AGENT=f"agent {step}", **forged).status_code
    return status


def test_new_session_or_address_gives_no_further_tries(targets: Targets) -> None:
    first = [guess(step) for step in range(5)]
    assert world.client_of(USER).post(DISASSOCIATE, STATEMENT).status_code == 303
    second = [guess(step) for step in range(5, 10)]
    assert first + second == [422] * 9 + [429]
    locked: Any = world.client_of(USER).post(DISASSOCIATE, STATEMENT, REMOTE_ADDR="203.0.113.99")
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert not DisassociationRequest.objects.filter(requested_by__username=USER).exists()


def test_the_right_code_is_refused_while_the_entry_is_locked_from_every_session(targets: Targets) -> None:
    for step in range(5):
        guess(step)
    world.client_of(USER).post(DISASSOCIATE, STATEMENT)
    right = code_for(Challenge.objects.open().get(user__username=USER, purpose="disassociate"))
    for step in range(5, 10):
        guess(step)
    assert world.client_of(USER).post(VERIFY, {"code": right}).status_code == 429
    assert not DisassociationRequest.objects.filter(requested_by__username=USER).exists()


def test_no_more_codes_are_sent_for_new_sessions(targets: Targets) -> None:
    statuses = []
    for step in range(8):
        Challenge.objects.open().filter(user__username=USER).update(end="voided", ended_at="2026-01-01T00:00Z")
        SmsDevice.objects.filter(user__username=USER).update(last_generated_timestamp=None)
        client: Any = world.client_of(USER)
        statuses.append(client.post(DISASSOCIATE, STATEMENT, REMOTE_ADDR=f"203.0.113.{step}").status_code)
    assert statuses == [303] * 3 + [429] * 5  # two were sent to this person before


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [422] * 4 + [429]), (1, [422] * 4 + [429])])
def test_a_forged_forwarded_address_gives_no_more_passwords(
    targets: Targets, settings: Settings, proxies: int, statuses: list[int]
) -> None:
    """The proxy appends the true address; what stands left of it is the caller's invention."""
    settings.TRUSTED_PROXIES = proxies
    found = []
    for step in range(5):
        forged = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{step}, 10.0.0.{step}, 203.0.113.7"}
        form = {"username": USER, "password": "wrong"}
        found.append(Client(REMOTE_ADDR="192.0.2.1").post("/accounts/login/", form, **forged).status_code)  # type: ignore[arg-type]
    assert found == statuses


@pytest.mark.parametrize("forwarded", ["", "not an address", "1.2.3.4:5", "\xff", ",,,", "::1%eth0", "a" * 9000])
def test_an_address_that_cannot_be_read_is_counted_as_one(targets: Targets, settings: Settings, forwarded: str) -> None:
    settings.TRUSTED_PROXIES = 1
    form = {"username": USER, "password": "wrong"}
    found = [Client().post("/accounts/login/", form, HTTP_X_FORWARDED_FOR=forwarded).status_code for _ in range(5)]
    assert found == [422] * 4 + [429]


def test_the_password_asked_again_for_a_number_counts_with_those_of_the_login(targets: Targets) -> None:
    for _ in range(4):
        assert Client().post("/accounts/login/", {"username": USER, "password": "wrong"}).status_code == 422
    form = {"number": "+14155562671", "password": "wrong"}
    assert world.client_of(USER).post("/account/mobile-number/", form).status_code == 429
    assert Client().post("/accounts/login/", {"username": USER, "password": cast.PASSWORD}).status_code == 429
