"""Derive the verification code of a challenge by HMAC. The code is never stored, not even hashed.

Only `verification` (to compare a code) and `notifications` (to send it) derive codes.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import datetime

from django.conf import settings

from accounts.masking import number_fingerprints
from accounts.models import Challenge, Purpose, SmsDevice
from accounts.normalization import visible

DIGITS = 6


class KeyRemoved(LookupError):
    """The key of this challenge is no longer in CODE_KEY, so its code cannot be derived any more."""


def key_id(key: str) -> str:
    """Return an identifier of a key (16 hex digits) that does not reveal the key."""
    return hmac.new(key.encode(), b"name of this key", hashlib.sha256).hexdigest()[:16]


def current_key_id() -> str:
    """Return the identifier of the key for new codes: the first in CODE_KEY. The others serve open challenges."""
    return key_id(settings.CODE_KEYS[0])


def code_for(challenge: Challenge) -> str:
    """Return the code, six digits. Raise KeyRemoved if the challenge's key is no longer in CODE_KEY."""
    words = (challenge.pk.hex, challenge.user_id, challenge.purpose, challenge.subject_digest, challenge.nonce)
    message = "|".join(str(word) for word in words)
    digest = hmac.new(_key_of(challenge).encode(), message.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest, 'big') % 10**DIGITS:0{DIGITS}d}"


def plain_digits(typed: str) -> str:
    """Return a typed code without spaces, hyphens and what nobody sees, digits of any script as 0 to 9."""
    kept = (
        character for character in visible(typed) if not character.isspace() and unicodedata.category(character) != "Pd"
    )
    return "".join(str(unicodedata.decimal(character, character)) for character in kept)


def number_for(challenge: Challenge) -> str:
    """Return the phone number (E.164) that the code is sent to, or "" if the device has another number now."""
    number = number_of(challenge.device, Purpose(challenge.purpose))
    return number if number and challenge.number_fingerprint in number_fingerprints(number) else ""


def number_of(device: SmsDevice, purpose: Purpose) -> str:
    """Return the phone number (E.164) for a purpose: the pending one to confirm it, otherwise the confirmed one."""
    if purpose == Purpose.CONFIRM_NUMBER:
        return str(device.pending_number or "")
    return str(device.number or "") if device.confirmed else ""


def is_worth_sending(challenge: Challenge, now: datetime) -> bool:
    """Return False if the code is useless: expired, used, superseded, voided, or its number or key was removed."""
    if challenge.ended_at is not None or now >= challenge.expires_at:
        return False
    return bool(number_for(challenge)) and challenge.key_id in map(key_id, settings.CODE_KEYS)


def _key_of(challenge: Challenge) -> str:
    for key in settings.CODE_KEYS:
        if hmac.compare_digest(key_id(key), challenge.key_id):
            return str(key)
    raise KeyRemoved(challenge.key_id)
