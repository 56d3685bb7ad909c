"""Malformed cookies are dropped, and charsets other than UTF-8 are refused with an error page."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PARTS = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\ndana\r\n--x--\r\n'


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "django_language"])
def test_cookie_with_a_nul_byte_is_dropped(cookie: str) -> None:
    client = Client()
    answer = client.get("/accounts/login/", HTTP_COOKIE=f'{cookie}="\\000{"a" * 31}"')
    assert answer.status_code == 200
    answer = client.get("/notifications/", HTTP_COOKIE=f'{cookie}="\\000{"a" * 31}"')
    assert answer.status_code == 302


@pytest.mark.parametrize("charset", ["zlib", "utf-7", "utf-16", "idna", "latin-1"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_a_form_in_another_charset_is_400_with_a_page(kind: str, charset: str) -> None:
    answer = Client().generic("POST", "/accounts/login/", PARTS, content_type=f"{kind}; charset={charset}")
    assert answer.status_code == 400
    assert "<h1>We could not read this request</h1>" in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "no-such-charset"])
def test_every_name_of_utf_8_is_accepted(charset: str) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert Client().generic("POST", "/accounts/login/", PARTS, content_type=kind).status_code == 422
