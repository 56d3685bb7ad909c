"""The settings refuse to start with bad values, and list all of them without secrets."""

from pathlib import Path

import pytest

from portal.environment import Refused
from portal.tests.processes import CODE, DEMO, PRODUCTION, SECRET, run, settings_under


def _refusals(values: dict[str, str], var: Path) -> list[str]:
    """Return the problems that the settings report, or an empty list if they load."""
    try:
        settings_under(values, var)
    except Refused as refusal:
        return str(refusal).splitlines()[1:]
    return []


def test_production_starts_with_every_value_in_order(tmp_path: Path) -> None:
    assert _refusals(PRODUCTION, tmp_path) == []


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    finished = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION, tmp_path)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("path", ["/demo/messages/", "/demo/sign-in/"])
def test_production_has_no_page_of_the_demo(path: str, tmp_path: Path) -> None:
    asked = f"from django.urls import resolve; resolve('{path}')"
    assert run(["manage.py", "shell", "-c", asked], DEMO, tmp_path).returncode == 0
    finished = run(["manage.py", "shell", "-c", asked], PRODUCTION, tmp_path)
    assert finished.returncode != 0
    assert "Resolver404" in finished.stderr


def test_production_without_any_value_names_all_that_is_missing(tmp_path: Path) -> None:
    named = [line.split()[1] for line in _refusals({}, tmp_path)]
    assert named == ["SECRET_KEY", "CODE_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "EMAIL_URL", "SMS_BACKEND"]


def test_a_refusal_is_one_plain_message_without_a_traceback(tmp_path: Path) -> None:
    finished = run(["manage.py", "migrate"], {}, tmp_path)
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    assert finished.stderr.startswith("The portal does not start.")


def test_a_refusal_says_no_secret(tmp_path: Path) -> None:
    said = " ".join(_refusals({**PRODUCTION, "SECRET_KEY": "only-a-little-secret"}, tmp_path))
    assert "SECRET_KEY is weak" in said
    assert "only-a-little-secret" not in said


def test_gunicorn_refuses_as_plainly(tmp_path: Path) -> None:
    finished = run(["-m", "gunicorn", "portal.wsgi"], {}, tmp_path)
    assert finished.returncode == 1
    assert finished.stderr.startswith("The portal does not start.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", f"django-insecure-{SECRET}"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("SECRET_KEY_FALLBACKS", f"{CODE[::-1]},short"),
        ("SECRET_KEY_FALLBACKS", SECRET),
        ("CODE_KEY", "short"),
        ("CODE_KEY", f"{CODE},short"),
        ("CODE_KEY", SECRET),
        ("METRICS_TOKEN", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("PUBLIC_URL", "http://portal.vendor.example"),
        ("PUBLIC_URL", "portal.vendor.example"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "mail.vendor.example"),
        ("SMS_BACKEND", "accounts.sms.file.FileBackend"),
        ("SMS_BACKEND", "accounts.sms.memory.MemoryBackend"),
        ("SMS_HTTP_URL", "http://sms.vendor.example/send"),
        ("SMS_HTTP_URL", "ftp://sms.vendor.example/send"),
        ("SMS_HTTP_TEMPLATE", "{to} {body}"),
        ("SMS_HTTP_TEMPLATE", '{"to": "{to}"}'),
        ("TIME_ZONE", "Middle/Earth"),
        ("TRUSTED_PROXIES", "-1"),
        ("CLIENT_IP_HEADER", "X-Real-IP"),
        ("CLIENT_IP_HEADER", "X-Forwarded-For, Forwarded"),
        ("PORT", "99999"),
        ("CODE_LIMIT_IP", "many"),
        ("DEMO", "perhaps"),
        ("DATABASE_URL", "mysql://localhost/portal"),
        ("REDIS_URL", "amqp://localhost"),
        ("ACCENT", "blue"),
        ("HEALTH_NETWORKS", "10.0.0.0/8,balancer"),
        ("LOGO_URL", "https://cdn.vendor.example/logo.svg"),
        ("SECRET_KEY_FILE", "/nonexistent/secret"),
    ],
)
def test_production_refuses(name: str, value: str, tmp_path: Path) -> None:
    assert any(line.startswith(f"  - {name} ") for line in _refusals({**PRODUCTION, name: value}, tmp_path))


def test_production_refuses_an_older_secret_key_that_derives_codes(tmp_path: Path) -> None:
    values = {**PRODUCTION, "SECRET_KEY_FALLBACKS": CODE}
    assert "  - CODE_KEY is the same as SECRET_KEY: write another random value." in _refusals(values, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_BIND", "0.0.0.0"),
        ("ALLOWED_HOSTS", "localhost,portal.vendor.example"),
        ("ALLOWED_HOSTS", "*"),
        ("EMAIL_URL", "smtp://mail.vendor.example"),
        ("SMS_HTTP_URL", "https://sms.vendor.example/send"),
    ],
)
def test_demo_refuses_what_is_not_loopback(name: str, value: str, tmp_path: Path) -> None:
    assert any(line.startswith(f"  - {name} ") for line in _refusals({**DEMO, name: value}, tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_BIND", "::1"),
        ("ALLOWED_HOSTS", "portal.localhost,127.0.0.1,[::1]"),
        ("EMAIL_URL", "smtp://localhost:2525"),
        ("SMS_HTTP_URL", "http://127.0.0.1:9000/send"),
    ],
)
def test_demo_accepts_loopback_addresses(name: str, value: str, tmp_path: Path) -> None:
    assert _refusals({**DEMO, name: value}, tmp_path) == []


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "--bind", "0.0.0.0:0", "portal.wsgi"],
        ["manage.py", "runserver", "--noreload", "0.0.0.0:0"],
    ],
)
def test_demo_refuses_another_bind_on_the_command_line(command: list[str], tmp_path: Path) -> None:
    finished = run(command, DEMO, tmp_path)
    assert finished.returncode == 1
    assert "DEMO must be bound to a loopback address" in finished.stderr


@pytest.mark.parametrize(
    ("countries", "complaints"), [("", 0), ("GB, de", 0), ("GB,Germany", 1), ("UK", 1), ("001", 1)]
)
def test_countries_are_those_of_iso_3166(tmp_path: Path, countries: str, complaints: int) -> None:
    found = _refusals({**PRODUCTION, "SMS_COUNTRIES": countries}, tmp_path)
    assert len(found) == complaints
    assert all("SMS_COUNTRIES" in line for line in found)


@pytest.mark.parametrize("url", ["https://*.vendor.example", "https://portal:port", "https://i❤.example", "https://"])
def test_a_public_address_that_no_browser_has_is_refused(tmp_path: Path, url: str) -> None:
    assert [line.split()[1] for line in _refusals({**PRODUCTION, "PUBLIC_URL": url}, tmp_path)] == ["PUBLIC_URL"]
