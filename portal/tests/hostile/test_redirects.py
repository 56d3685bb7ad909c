"""Open redirects: nothing that an address or a form says leads away from the portal."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from portal.demo import cast
from portal.tests.hostile import world
from portal.tests.hostile.attack import Attacker, leads_home
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.values import encoded

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http://testserver@evil.example/",
    "http://testserver:80@evil.example/",
    "//testserver@evil.example/",
    "//evil.example#testserver",
    "//evil.example?testserver",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "http://[::1",
    "http://testserver.evil.example/",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/account/\r\nLocation: https://evil.example/",
    "//evil。example",
    "／／evil.example",
    "/" + "a" * 70_000,
    "\ufeff//evil.example",
    "\u2028//evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda target: repr(target)[:40])
def test_next_redirects_only_within_the_portal(targets: Targets, target: str) -> None:
    raw, form = encoded([("next", target.encode())]), {"username": "customer-ready", "password": cast.PASSWORD}
    stranger, known = Attacker(""), Attacker("customer-ready")
    signed_in = [("username", b"customer-ready"), ("password", form["password"].encode()), ("next", target.encode())]
    answers = [
        stranger.send("POST", "/accounts/login/", "login", body=encoded(signed_in)),
        known.send("GET", "/accounts/login/", "login, signed in", query=raw),
        known.send("POST", "/accounts/logout/", "logout", query=raw, body=raw),
        stranger.send("POST", "/accounts/language/", "language", body=encoded([("language", b"en")]) + b"&" + raw),
        stranger.send("POST", "/accounts/language/", "language", query=raw, body=b"language=en"),
        stranger.send("POST", "/accounts/language/", "referer", body=b"language=en", HTTP_REFERER=_header(target)),
        stranger.send("POST", "/theme/", "theme", query=raw, body=b"theme=dark&" + raw),
        stranger.send("POST", "/theme/", "theme by referer", body=b"theme=dark", HTTP_REFERER=_header(target)),
        stranger.send("GET", "/admin/login/", "admin", query=raw),
        stranger.send("POST", "/notifications/read/", "stale form", HTTP_REFERER=_header(target)),
        known.send("POST", "/account/currency/", "currency", query=raw, body=b"currency=EUR&" + raw),
    ]
    assert [one for one in answers if not leads_home(one.location)] == []
    assert answers[0].status_code == (422 if "\0" in target else 303)
    assert stranger.faults + known.faults == []


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda target: repr(target)[:40])
def test_not_even_by_way_of_the_login_that_the_admin_sends_to(targets: Targets, target: str) -> None:
    client = Client()
    answer: Any = client.get(f"/admin/login/?next={quote(target.encode())}")
    if answer.status_code == 400:
        return
    page: Any = client.get(answer["Location"])
    form = {"username": "staff", "password": cast.PASSWORD, "next": page.context["form"].initial["next"]}
    done: Any = client.post("/accounts/login/", form)
    assert done.status_code == (422 if "\0" in target else 303)
    assert leads_home(done.get("Location", ""))


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "//evil.example/%2e%2e", "/.//evil.example"])
def test_an_address_that_looks_like_a_host_is_not_redirected_to(targets: Targets, path: str) -> None:
    for client in (Client(), world.client_of("customer-ready"), world.client_of("staff")):
        answer: Any = client.generic("GET", path)
        assert leads_home(answer.get("Location", ""))


def _header(text: str) -> str:
    return text.encode().decode("latin-1")
