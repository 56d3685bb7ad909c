"""Host headers that lie: no address in a page, a redirect or a message is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import Challenge, Notification
from accounts.notifications.deliver import deliver_due
from accounts.notifications.rendering import render
from portal.tests.given import valid
from portal.tests.hostile import world
from portal.tests.hostile.attack import Attacker
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.sampling import in_turn

pytestmark = pytest.mark.django_db
BAD_HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "localhost@evil.example",
    "localhost:8000@evil.example",
    "localhost:evil",
    "localhost/evil",
    "localhost#evil",
    "localhost evil.example",
    "localhost,evil.example",
    "[::1",
    "[::1].evil.example",
    "\xff\xfe",
    "локалхост".encode().decode("latin-1"),
    "a" * 5000,
    "%00",
    "",
    "..",
    "*",
]
POISON: dict[str, Any] = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_HOST": "evil.example",
    "HTTP_FORWARDED": "host=evil.example;proto=https",
    "HTTP_X_FORWARDED_SERVER": "evil.example",
    "HTTP_X_FORWARDED_PREFIX": "//evil.example",
    "HTTP_REFERER": "https://evil.example/",
}


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_host_that_is_not_ours_is_400_with_a_page(targets: Targets, host: str) -> None:
    attacker = Attacker("customer-ready")
    for page in ("/notifications/", "/accounts/login/", "/admin/", "/no/such/page/"):
        assert attacker.send("GET", page, f"{host} {page}", HTTP_HOST=host).status_code == 400
        attacker.send("POST", page, f"{host} {page}", HTTP_HOST=host)
    assert attacker.faults == []


@pytest.mark.parametrize("role", ["", "customer-ready", "staff"])
def test_no_other_header_puts_a_host_into_a_page_or_a_redirect(targets: Targets, role: str) -> None:
    attacker = Attacker(role)
    for target in in_turn(role, targets[role])[:40]:
        answer = attacker.send("GET", target.path, f"poisoned {target}", **POISON)
        assert "evil.example" not in answer.location + answer.text, target
    assert attacker.faults == []


@pytest.mark.parametrize("host", ["evil.example", "localhost"])
def test_the_link_of_a_reset_mail_is_the_operators(targets: Targets, settings: Settings, host: str) -> None:
    settings.PUBLIC_URL = "https://portal.vendor.example"
    form = {"email": "customer-ready@portal.example"}
    answer: Any = Client().post("/accounts/password-reset/", form, HTTP_HOST=host, **(POISON | {"HTTP_REFERER": ""}))
    assert answer.status_code == (400 if host == "evil.example" else 303)
    deliver_due()
    assert not [message for message in mail.outbox if "evil.example" in str(message.message())]
    links = [message for message in mail.outbox if "/accounts/set-password/" in str(message.body)]
    assert all("https://portal.vendor.example/accounts/set-password/" in str(message.body) for message in links)
    assert len(links) == (0 if host == "evil.example" else 1)


def test_the_line_that_binds_a_code_to_its_site_is_the_operators(targets: Targets, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.vendor.example"
    client = world.client_of("customer-referral")
    form = valid("understand", "reason")
    answer: Any = client.post("/my-partner/disassociate/", form, HTTP_HOST="localhost", **POISON)
    assert answer.status_code == 303
    challenge = Challenge.objects.open().get(user__username="customer-referral", purpose="disassociate")
    text = render(Notification.objects.get(challenge=challenge)).sms
    assert "@portal.vendor.example #" in text
    assert "evil.example" not in text
    assert "localhost" not in text
