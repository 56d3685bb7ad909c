"""Masking of e-mail addresses and phone numbers, and the fingerprint that identifies a number.

Logs, messages and pages contain phone numbers only in these forms.
"""

from __future__ import annotations

import phonenumbers
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.addresses import readable_domain

_HIDDEN = "•••• •••"
_SHOWN = 3
_TOO_SHORT = 7  # in a shorter number, three digits would reveal too much


def mask_phone(number: object) -> str:
    """Return the country code and the last three digits: `+44 •••• •••418`. The length is hidden, too."""
    text = str(number or "").strip()
    digits = "".join(character for character in text if character.isdecimal())
    if not text:
        return ""
    if len(digits) < _TOO_SHORT:
        return _HIDDEN
    code = _country_code(text)
    return f"+{code} {_HIDDEN}{digits[-_SHOWN:]}" if code else f"{_HIDDEN}{digits[-_SHOWN:]}"


def mask_email(address: str) -> str:
    """Return the first letter and the domain in its own letters: `d•••••@x.example`."""
    name, at, domain = address.strip().rpartition("@")
    if not at:
        return "•••••" if domain else ""
    first = name[0] if len(name) > 1 else ""
    return f"{first}•••••@{readable_domain(domain)}"


def number_fingerprint(number: object) -> str:
    """Return the fingerprint of a phone number (E.164): HMAC-SHA256 with SECRET_KEY, 64 hex digits."""
    return _fingerprint(number, settings.SECRET_KEY)


def number_fingerprints(number: object) -> list[str]:
    """Return the fingerprints under SECRET_KEY and its fallbacks: a row from before a rotation has an older one."""
    return [_fingerprint(number, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _fingerprint(number: object, key: str | bytes) -> str:
    return salted_hmac("accounts.number-fingerprint", str(number), secret=key, algorithm="sha256").hexdigest()


def _country_code(text: str) -> int | None:
    try:
        return phonenumbers.parse(text).country_code
    except phonenumbers.NumberParseException:
        return None
