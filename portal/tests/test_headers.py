"""Security headers, CSRF and refused uploads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.parametrize("path", ["/accounts/login/", "/my-partner/", "/nowhere/", "/healthz"])
def test_every_answer_has_the_headers(path: str, db: None) -> None:
    answer = Client().get(path)
    assert set(answer["Content-Security-Policy"].split("; ")) == STRICT
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]


def test_post_without_csrf_token_is_refused(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x"}).status_code == 403


def test_the_csrf_cookie_cannot_be_read_by_a_script(db: None) -> None:
    cookie = Client().get("/accounts/login/").cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
def test_admin_uses_the_login_of_the_portal(path: str, db: None) -> None:
    answer = Client().get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/language/", "/theme/"])
def test_file_upload_is_refused_on_every_page(path: str, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    file = SimpleUploadedFile("note.txt", b"x" * 3_000_000)
    assert client.post(path, {"username": "x", "note": file}).status_code == 400


def test_multipart_form_without_a_file_is_accepted(db: None) -> None:
    assert Client().post("/accounts/login/", {"username": "x", "password": "y"}).status_code == 422


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password-reset/", "/healthz"])
def test_trace_method_is_refused_and_echoes_nothing(path: str, db: None) -> None:
    answer = Client().trace(path, headers={"X-Echo": "what-was-sent"})
    assert answer.status_code == 405
    assert b"what-was-sent" not in answer.content
