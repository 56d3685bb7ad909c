"""What may be shown of an e-mail address or a telephone number, and the fingerprint that stands for a number.

Sits just above the models. Logs, messages, rows and pages take a number only through here.
"""

from __future__ import annotations

import phonenumbers
from django.utils.crypto import salted_hmac

from accounts.addresses import readable_domain

_HIDDEN = "•••• •••"
_SHOWN = 3
_TOO_SHORT = 7  # of so few digits, three would give away too much


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
    """Return what stands for a number (E.164) in rows and subjects: an HMAC-SHA256 under SECRET_KEY, 64 hex digits.

    Not under CODE_KEY: that one is rotated, and the messages of a day to one number must still be counted together.
    """
    return salted_hmac("accounts.number-fingerprint", str(number), algorithm="sha256").hexdigest()


def _country_code(text: str) -> int | None:
    try:
        return phonenumbers.parse(text).country_code
    except phonenumbers.NumberParseException:
        return None
