"""The settings that result from environment variables."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password

from portal import keys
from portal.environment import Environment, origin_of
from portal.tests.processes import CODE, DEMO, PRODUCTION, SECRET, settings_under


def _values(names: list[str], values: dict[str, str], var: Path) -> dict[str, Any]:
    settings = settings_under(values, var)
    return {name: settings[name] for name in names}


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    values = {**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "secret")}
    assert _values(["SECRET_KEY"], values, tmp_path) == {"SECRET_KEY": SECRET}


def test_older_secret_keys_are_a_list(tmp_path: Path) -> None:
    assert _values(["SECRET_KEY_FALLBACKS"], PRODUCTION, tmp_path) == {"SECRET_KEY_FALLBACKS": []}
    values = {**PRODUCTION, "SECRET_KEY_FALLBACKS": f"{SECRET[::-1]}, {SECRET * 2}"}
    assert _values(["SECRET_KEY_FALLBACKS"], values, tmp_path) == {"SECRET_KEY_FALLBACKS": [SECRET[::-1], SECRET * 2]}


def test_code_keys_are_a_list_and_the_first_is_the_current_one(tmp_path: Path) -> None:
    values = {**PRODUCTION, "CODE_KEY": f"{CODE}, {CODE[::-1]}"}
    assert _values(["CODE_KEYS"], values, tmp_path) == {"CODE_KEYS": [CODE, CODE[::-1]]}


PROTECTIONS = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]


def test_production_has_secure_cookies_https_and_hsts(tmp_path: Path) -> None:
    values = _values([*PROTECTIONS, "SECURE_HSTS_SECONDS"], PRODUCTION, tmp_path)
    assert values == {**dict.fromkeys(PROTECTIONS, True), "SECURE_HSTS_SECONDS": 31536000}


def test_every_cookie_of_production_is_bound_to_its_host(tmp_path: Path) -> None:
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "THEME_COOKIE_NAME"]
    assert all(name.startswith("__Host-") for name in _values(names, PRODUCTION, tmp_path).values())
    settings = settings_under(PRODUCTION, tmp_path)
    assert not [name for name in settings if name.endswith(("COOKIE_DOMAIN", "COOKIE_PATH"))]


def test_demo_switches_off_those_three_and_nothing_else(tmp_path: Path) -> None:
    values = _values([*PROTECTIONS, "SECURE_HSTS_SECONDS"], DEMO, tmp_path)
    assert values == {**dict.fromkeys(PROTECTIONS, False), "SECURE_HSTS_SECONDS": 0}
    same = ["MIDDLEWARE", "CONTENT_SECURITY_POLICY", "SESSION_ENGINE", "PASSWORD_HASHERS", "DEBUG", "X_FRAME_OPTIONS"]
    assert _values(same, DEMO, tmp_path) == _values(same, PRODUCTION, tmp_path)


def test_debug_cannot_be_switched_on(tmp_path: Path) -> None:
    assert _values(["DEBUG"], {**DEMO, "DEBUG": "1"}, tmp_path) == {"DEBUG": False}


def test_a_forwarded_protocol_counts_only_behind_a_trusted_proxy(tmp_path: Path) -> None:
    name = "SECURE_PROXY_SSL_HEADER"
    assert _values([name], PRODUCTION, tmp_path) == {name: None}
    behind = {**PRODUCTION, "TRUSTED_PROXIES": "1"}
    assert _values([name], behind, tmp_path) == {name: ("HTTP_X_FORWARDED_PROTO", "https")}


@pytest.mark.parametrize("given", ["Forwarded", "forwarded", "X-FORWARDED-FOR"])
def test_client_ip_header_is_accepted_in_any_case(tmp_path: Path, given: str) -> None:
    assert _values(["CLIENT_IP_HEADER"], PRODUCTION, tmp_path) == {"CLIENT_IP_HEADER": "X-Forwarded-For"}
    behind = {**PRODUCTION, "CLIENT_IP_HEADER": given}
    assert _values(["CLIENT_IP_HEADER"], behind, tmp_path) == {"CLIENT_IP_HEADER": given}


def test_passwords_are_hashed_by_argon2(tmp_path: Path) -> None:
    hashers = _values(["PASSWORD_HASHERS"], PRODUCTION, tmp_path)["PASSWORD_HASHERS"]
    assert hashers == ["accounts.sign_in.hashing.Argon2Hasher"]
    assert identify_hasher(make_password("demo-password", hasher="argon2")).algorithm == "argon2"


def test_mail_goes_where_email_url_says(tmp_path: Path) -> None:
    names = ["EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS", "DEFAULT_FROM_EMAIL"]
    assert _values(names, PRODUCTION, tmp_path) == {
        "EMAIL_HOST": "mail.vendor.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "user",
        "EMAIL_USE_TLS": True,
        "DEFAULT_FROM_EMAIL": "no-reply@portal.vendor.example",
    }


def test_demo_keeps_all_messages_in_one_file(tmp_path: Path) -> None:
    values = _values(["EMAIL_BACKEND", "SMS_BACKEND"], DEMO, tmp_path)
    assert values["EMAIL_BACKEND"] == "portal.demo.mail.MessageFileBackend"
    assert values["SMS_BACKEND"] == "accounts.sms.file.FileBackend"


@pytest.mark.parametrize("text", ["Imprint=https://v.example/a,Privacy=https://v.example/p?x=1", ""])
def test_links_are_pairs_of_a_name_and_an_address(text: str) -> None:
    links = Environment({"LEGAL_LINKS": text}).pairs("LEGAL_LINKS")
    assert links == ({"Imprint": "https://v.example/a", "Privacy": "https://v.example/p?x=1"} if text else {})


def test_a_generated_key_is_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    key = keys.ensure(path)
    assert len(key) >= 64
    assert keys.ensure(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert keys.ensure(tmp_path / "one") != keys.ensure(tmp_path / "two")


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("https://portal.vendor.example", ["https://portal.vendor.example"]),
        ("https://Portal.Vendor.example:443/", ["https://portal.vendor.example"]),
        ("https://portal.vendor.example:8443/base", ["https://portal.vendor.example:8443"]),
        ("https://portal.straße.example", ["https://portal.xn--strae-oqa.example"]),
        ("https://[2001:db8::1]:8443", ["https://[2001:db8::1]:8443"]),
    ],
)
def test_the_public_address_is_a_trusted_origin(tmp_path: Path, url: str, origins: list[str]) -> None:
    values = {**PRODUCTION, "PUBLIC_URL": url}
    assert _values(["CSRF_TRUSTED_ORIGINS"], values, tmp_path) == {"CSRF_TRUSTED_ORIGINS": origins}


@pytest.mark.parametrize(
    "url", ["https://*.vendor.example", "https://", "", "https://portal:port", "https://i❤.example"]
)
def test_an_address_without_an_origin_trusts_nobody(url: str) -> None:
    assert origin_of(url) == ""


def test_the_sender_of_mail_is_in_the_stored_form(tmp_path: Path) -> None:
    values = {**PRODUCTION, "DEFAULT_FROM_EMAIL": "Portal <no-reply@straße.example>"}
    sender = {"DEFAULT_FROM_EMAIL": "Portal <no-reply@xn--strae-oqa.example>"}
    assert _values(["DEFAULT_FROM_EMAIL"], values, tmp_path) == sender
