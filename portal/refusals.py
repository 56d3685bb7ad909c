"""Validate the settings at startup: no weak or missing values in production, only loopback addresses in DEMO.

settings.py calls `check` at its end, with all settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from zoneinfo import ZoneInfo

from phonenumbers import SUPPORTED_REGIONS

from portal.environment import Environment, host_of

HTTP_SMS = "accounts.sms.http.HttpBackend"
# Backends that store messages unencrypted.
DEMO_SMS = {"accounts.sms.file.FileBackend", "accounts.sms.memory.MemoryBackend"}
SHORTEST = {"SECRET_KEY": 50, "SECRET_KEY_FALLBACKS": 50, "CODE_KEY": 32, "METRICS_TOKEN": 16}
FEWEST_CHARACTERS = 8  # different ones
ACCENT = re.compile(r"#[0-9a-fA-F]{6}\Z")


def check(env: Environment, settings: Mapping[str, Any]) -> None:
    """Record all problems on `env`. env.finish() then raises."""
    _check_all(env, settings)
    if settings["DEMO"]:
        _check_demo(env, settings)
    else:
        _check_secrets(env, settings)
        _check_production(env, settings)


def is_loopback(host: str) -> bool:
    """True for host names and addresses that no other machine can reach."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_all(env: Environment, settings: Mapping[str, Any]) -> None:
    try:
        ZoneInfo(settings["TIME_ZONE"])
    except (KeyError, ValueError, OSError):
        env.refuse("TIME_ZONE", "is not the name of a time zone such as Europe/Vienna.")
    if settings["ACCENT"] and not ACCENT.match(settings["ACCENT"]):
        env.refuse("ACCENT", "must be a colour such as #0b57d0.")
    if settings["LOGO_URL"] and not re.match(r"/[^/\\]", settings["LOGO_URL"]):
        env.refuse("LOGO_URL", "must be a path of this portal such as /static/logo.svg.")
    if settings["REDIS_URL"] and not re.match(r"(redis|rediss|unix)://", settings["REDIS_URL"]):
        env.refuse("REDIS_URL", "must begin with redis:// or rediss://.")
    if set(settings["SMS_COUNTRIES"]) - SUPPORTED_REGIONS:
        env.refuse("SMS_COUNTRIES", "must be a list of country codes of ISO 3166 with two letters, such as GB,DE.")
    if settings["SMS_BACKEND"] == HTTP_SMS:
        _check_sms(env, settings)


def _check_sms(env: Environment, settings: Mapping[str, Any]) -> None:
    url, template = settings["SMS_HTTP_URL"], settings["SMS_HTTP_TEMPLATE"]
    if not re.match(r"https?://", url) or not host_of(url):
        env.refuse("SMS_HTTP_URL", "is missing or not an address.")
    elif url.startswith("http://") and not is_loopback(host_of(url)):
        env.refuse("SMS_HTTP_URL", "must use https: codes travel over it.")
    if not {"{to}", "{body}"} <= set(re.findall(r"\{\w+\}", template)) or not _is_json(template):
        env.refuse("SMS_HTTP_TEMPLATE", 'must be JSON with {to} and {body}, such as {"to": "{to}", "text": "{body}"}.')


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _check_demo(env: Environment, settings: Mapping[str, Any]) -> None:
    if not is_loopback(settings["WEB_BIND"]):
        env.refuse("WEB_BIND", "must be loopback in DEMO: anybody may read the messages there.")
    for host in settings["ALLOWED_HOSTS"]:
        if not is_loopback(host.lstrip(".")):
            env.refuse("ALLOWED_HOSTS", "must hold loopback names only in DEMO.")
            break
    if settings["SMS_HTTP_URL"] and not is_loopback(host_of(settings["SMS_HTTP_URL"])):
        env.refuse("SMS_HTTP_URL", "must be loopback in DEMO: demo people must not get messages.")
    if settings.get("EMAIL_HOST") and not is_loopback(settings["EMAIL_HOST"]):
        env.refuse("EMAIL_URL", "must be loopback in DEMO: demo people must not get messages.")


def _check_secrets(env: Environment, settings: Mapping[str, Any]) -> None:
    _check_secret(env, "SECRET_KEY", settings["SECRET_KEY"])
    for key in settings["SECRET_KEY_FALLBACKS"]:
        _check_secret(env, "SECRET_KEY_FALLBACKS", key)
    for key in settings["CODE_KEYS"] or [""]:
        _check_secret(env, "CODE_KEY", key)
    if settings["SECRET_KEY"] in settings["SECRET_KEY_FALLBACKS"]:
        env.refuse("SECRET_KEY_FALLBACKS", "must not contain the SECRET_KEY.")
    if {settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]} & set(settings["CODE_KEYS"]):
        env.refuse("CODE_KEY", "must not be the SECRET_KEY.")
    if settings["METRICS_TOKEN"]:
        _check_secret(env, "METRICS_TOKEN", settings["METRICS_TOKEN"])


def _check_secret(env: Environment, name: str, value: str) -> None:
    if not value:
        env.refuse(name, f"is missing: set it (or {name}_FILE) to at least {SHORTEST[name]} random characters.")
    elif len(value) < SHORTEST[name] or len(set(value)) < FEWEST_CHARACTERS or value.startswith("django-insecure"):
        env.refuse(name, f"is weak: it needs at least {SHORTEST[name]} random characters.")


def _check_production(env: Environment, settings: Mapping[str, Any]) -> None:
    if not settings["ALLOWED_HOSTS"]:
        env.refuse("ALLOWED_HOSTS", "is missing: the names under which the portal is reached.")
    elif "*" in settings["ALLOWED_HOSTS"]:
        env.refuse("ALLOWED_HOSTS", "must name the hosts, not *.")
    if not settings["PUBLIC_URL"].startswith("https://") or not settings["CSRF_TRUSTED_ORIGINS"]:
        env.refuse("PUBLIC_URL", "is missing or not an https:// address: links and codes are bound to it.")
    if settings["EMAIL_BACKEND"] != "django.core.mail.backends.smtp.EmailBackend":
        env.refuse("EMAIL_URL", "is missing or sends nothing: it must look like smtp+tls://user:password@host:587.")
    if not settings["SMS_BACKEND"]:
        env.refuse("SMS_BACKEND", f"is missing: no code can be sent. For a provider's HTTP interface: {HTTP_SMS}.")
    elif settings["SMS_BACKEND"] in DEMO_SMS:
        env.refuse("SMS_BACKEND", "keeps codes in the open: it is for DEMO only.")
