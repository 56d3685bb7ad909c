"""Validate the settings at startup: no weak or missing values in production, only loopback addresses in DEMO.

settings.py calls `check` at its end, with all settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from zoneinfo import ZoneInfo

from phonenumbers import SUPPORTED_REGIONS

from portal.environment import Environment, host_of

HTTP_SMS = "accounts.sms.http.HttpBackend"
# Backends that store messages unencrypted.
DEMO_SMS = {"accounts.sms.file.FileBackend", "accounts.sms.memory.MemoryBackend"}
SHORTEST = {"SECRET_KEY": 50, "SECRET_KEY_FALLBACKS": 50, "CODE_KEY": 32, "METRICS_TOKEN": 16}
FEWEST_CHARACTERS = 8  # different ones
CLIENT_IP_HEADERS = {"x-forwarded-for", "forwarded"}
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
        env.refuse("TIME_ZONE", "is not a time zone: write a name such as Europe/Vienna.")
    if settings["CLIENT_IP_HEADER"].lower() not in CLIENT_IP_HEADERS:
        env.refuse("CLIENT_IP_HEADER", "is not a header of a proxy: write X-Forwarded-For or Forwarded.")
    if settings["ACCENT"] and not ACCENT.match(settings["ACCENT"]):
        env.refuse("ACCENT", "is not a colour: write # and six hexadecimal digits, such as #0b57d0.")
    if settings["LOGO_URL"] and not re.match(r"/[^/\\]", settings["LOGO_URL"]):
        env.refuse("LOGO_URL", "is not a path of this portal: write one such as /static/logo.svg.")
    if settings["REDIS_URL"] and not re.match(r"(redis|rediss|unix)://", settings["REDIS_URL"]):
        env.refuse("REDIS_URL", "is not a Redis URL: write one such as redis://host:6379/0.")
    if not all(map(_is_network, settings["HEALTH_NETWORKS"])):
        env.refuse("HEALTH_NETWORKS", "has an unknown network: write CIDR blocks, such as 10.0.0.0/8,2001:db8::/32.")
    if set(settings["SMS_COUNTRIES"]) - SUPPORTED_REGIONS:
        env.refuse("SMS_COUNTRIES", "has an unknown country: write ISO 3166 codes of two letters, such as GB,DE.")
    if settings["SMS_BACKEND"] == HTTP_SMS:
        _check_sms(env, settings)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _check_sms(env: Environment, settings: Mapping[str, Any]) -> None:
    url, template = settings["SMS_HTTP_URL"], settings["SMS_HTTP_TEMPLATE"]
    if not re.match(r"https?://", url) or not host_of(url):
        env.refuse("SMS_HTTP_URL", "is missing or not a URL: write one such as https://sms.example.com/send.")
    elif url.startswith("http://") and not is_loopback(host_of(url)):
        env.refuse("SMS_HTTP_URL", "is not encrypted: write an https:// URL, because it carries verification codes.")
    if not {"{to}", "{body}"} <= set(re.findall(r"\{\w+\}", template)) or not _is_json(template):
        env.refuse(
            "SMS_HTTP_TEMPLATE", 'is not JSON with {to} and {body}: write {"to": "{to}", "text": "{body}"} or the like.'
        )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _check_demo(env: Environment, settings: Mapping[str, Any]) -> None:
    if not is_loopback(settings["WEB_BIND"]):
        env.refuse(
            "WEB_BIND", "is open to other machines in DEMO, where anybody can read the messages: write 127.0.0.1."
        )
    for host in settings["ALLOWED_HOSTS"]:
        if not is_loopback(host.lstrip(".")):
            env.refuse("ALLOWED_HOSTS", "names a host that is not loopback in DEMO: write localhost,127.0.0.1 only.")
            break
    if settings["SMS_HTTP_URL"] and not is_loopback(host_of(settings["SMS_HTTP_URL"])):
        env.refuse("SMS_HTTP_URL", "would send messages from DEMO: unset it, or write an address of this machine.")
    if settings.get("EMAIL_HOST") and not is_loopback(settings["EMAIL_HOST"]):
        env.refuse("EMAIL_URL", "would send messages from DEMO: unset it, or write a server on this machine.")


def _check_secrets(env: Environment, settings: Mapping[str, Any]) -> None:
    _check_secret(env, "SECRET_KEY", settings["SECRET_KEY"])
    for key in settings["SECRET_KEY_FALLBACKS"]:
        _check_secret(env, "SECRET_KEY_FALLBACKS", key)
    for key in settings["CODE_KEYS"] or [""]:
        _check_secret(env, "CODE_KEY", key)
    if settings["SECRET_KEY"] in settings["SECRET_KEY_FALLBACKS"]:
        env.refuse("SECRET_KEY_FALLBACKS", "contains the SECRET_KEY: write older values only.")
    if {settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]} & set(settings["CODE_KEYS"]) - {""}:
        env.refuse("CODE_KEY", "is the same as SECRET_KEY: write another random value.")
    if settings["METRICS_TOKEN"]:
        _check_secret(env, "METRICS_TOKEN", settings["METRICS_TOKEN"])


def _check_secret(env: Environment, name: str, value: str) -> None:
    if not value:
        env.refuse(
            name, f"is missing: write at least {SHORTEST[name]} random characters, or name their file in {name}_FILE."
        )
    elif len(value) < SHORTEST[name] or len(set(value)) < FEWEST_CHARACTERS or value.startswith("django-insecure"):
        env.refuse(name, f"is weak: write at least {SHORTEST[name]} random characters.")


def _check_production(env: Environment, settings: Mapping[str, Any]) -> None:
    if not settings["ALLOWED_HOSTS"]:
        env.refuse("ALLOWED_HOSTS", "is missing: write the host names of the portal, such as portal.example.com.")
    elif "*" in settings["ALLOWED_HOSTS"]:
        env.refuse("ALLOWED_HOSTS", "allows every host: write the host names of the portal instead of *.")
    if not settings["PUBLIC_URL"].startswith("https://") or not settings["CSRF_TRUSTED_ORIGINS"]:
        env.refuse(
            "PUBLIC_URL",
            "is missing or not https: write the address of the portal, such as https://portal.example.com.",
        )
    if settings["EMAIL_BACKEND"] != "django.core.mail.backends.smtp.EmailBackend":
        env.refuse("EMAIL_URL", "is missing or sends nothing: write one such as smtp+tls://user:password@host:587.")
    if not settings["SMS_BACKEND"]:
        env.refuse("SMS_BACKEND", f"is missing: write the path of a backend, such as {HTTP_SMS}.")
    elif settings["SMS_BACKEND"] in DEMO_SMS:
        env.refuse(
            "SMS_BACKEND",
            f"stores codes unencrypted, which is for DEMO only: write another backend, such as {HTTP_SMS}.",
        )
