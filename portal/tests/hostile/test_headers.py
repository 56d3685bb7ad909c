"""Headers and cookies that no browser sends: damaged, forged, huge, for another session or another host."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.tests.hostile.attack import Attacker
from portal.tests.hostile.discovery import Targets

pytestmark = pytest.mark.django_db
PAGES = ("/accounts/login/", "/notifications/", "/admin/", "/no/such/page/", "/healthz")
ODD = {
    "nothing": "",
    "a word": "x",
    "markup": "\"'><script>alert(1)</script>",
    "an octal NUL": '"\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    "octal bytes": '"\\377\\200aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    "raw bytes": "\xff\xfe\x80aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a lone surrogate": "\xed\xa0\x80aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "text": "ключ-сессии-шириной-32-символа-1".encode().decode("latin-1"),
    "a long one": "a" * 60_000,
    "a path": "../../../../../../../etc/passwd%00",
    "separators": "a=b; sessionid=c, d; ;;=",
    "a quote": '"',
}
COOKIES = ("sessionid", "csrftoken", "django_language", "messages", "theme")
OF_BROWSERS = (
    "Accept",
    "Accept-Language",
    "Accept-Charset",
    "Accept-Encoding",
    "User-Agent",
    "Referer",
    "Origin",
    "Range",
)
OF_CACHES = ("If-None-Match", "If-Modified-Since", "Content-Encoding", "Authorization", "X-CSRFToken", "Sec-Fetch-Site")
OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded")
OF_FRAMEWORKS = ("X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Request-ID", "X-Correlation-ID")
HEADERS = (*OF_BROWSERS, *OF_CACHES, *OF_PROXIES, *OF_FRAMEWORKS)


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize("value", ODD)
def test_an_odd_cookie_is_as_good_as_none(targets: Targets, cookie: str, value: str) -> None:
    attacker = Attacker("")
    for page in PAGES[:3]:
        attacker.send("GET", page, f"{cookie} {value} at {page}", HTTP_COOKIE=f"{cookie}={ODD[value]}")
    attacker.send("POST", "/accounts/logout/", f"{cookie} {value}", HTTP_COOKIE=f"{cookie}={ODD[value]}")
    assert attacker.faults == []


@pytest.mark.parametrize("header", HEADERS)
def test_an_odd_header_breaks_nothing(targets: Targets, header: str) -> None:
    attacker, name = Attacker("customer-ready"), f"HTTP_{header.upper().replace('-', '_')}"
    for number, (word, value) in enumerate(ODD.items()):
        odd: dict[str, Any] = {name: value}
        attacker.send("GET", PAGES[number % len(PAGES)], f"{header} {word}", **odd)
        attacker.send("POST", "/notifications/read/", f"{header} {word}", **odd)
    assert attacker.faults == []


@pytest.mark.parametrize("header", ["X-Request-ID", "X-Correlation-ID"])
def test_the_reference_on_an_error_page_is_never_what_the_caller_chose(targets: Targets, header: str) -> None:
    page = Client(headers={header: "evil-reference"}).get("/no/such/page/").content.decode()
    assert "give this reference" in page
    assert "evil-reference" not in page


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_changes_the_method_or_the_address(targets: Targets, header: str) -> None:
    answer = Client(headers={header: "/accounts/login/"}).get("/no/such/page/")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "\xfcbel"]
)
def test_a_method_that_no_page_has_is_405_with_a_page_or_shows_the_page(targets: Targets, method: str) -> None:
    attacker = Attacker("customer-ready")
    for target in targets["customer-ready"]:
        attacker.send(method, target.path, f"{method} {target.path}")
    assert [fault for fault in attacker.faults if "wrote" in fault or "500" in fault or "405" in fault] == []
