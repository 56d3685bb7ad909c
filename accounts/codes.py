"""The verification code of a challenge: derived when it is needed, never stored, not even hashed.

Sits just above the models. `verification` derives a code to compare it, `notifications` derives it while the message
is being sent, and nobody else does.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import datetime

from django.conf import settings

from accounts.masking import number_fingerprint
from accounts.models import Challenge, Purpose, SmsDevice
from accounts.normalization import visible

DIGITS = 6


class KeyIsGone(LookupError):
    """The key of this challenge is no longer in CODE_KEY: its code cannot be known any more."""


def key_id(key: str) -> str:
    """Return the name of a key: it tells keys apart and tells nothing about them."""
    return hmac.new(key.encode(), b"name of this key", hashlib.sha256).hexdigest()[:16]


def current_key_id() -> str:
    """Return the name of the key for new codes: the first in CODE_KEY. The others serve challenges still open."""
    return key_id(settings.CODE_KEYS[0])


def code_for(challenge: Challenge) -> str:
    """Return the six digits. Raise KeyIsGone when the challenge's key was removed."""
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
    """Return the number (E.164) that the code goes to, or "" if the device holds it no longer."""
    number = number_of(challenge.device, Purpose(challenge.purpose))
    return number if number and number_fingerprint(number) == challenge.number_fingerprint else ""


def number_of(device: SmsDevice, purpose: Purpose) -> str:
    """Return the number that proves a purpose: the one to be confirmed, or the confirmed one."""
    if purpose == Purpose.CONFIRM_NUMBER:
        return str(device.pending_number or "")
    return str(device.number or "") if device.confirmed else ""


def is_worth_sending(challenge: Challenge, now: datetime) -> bool:
    """False once the code is of no use: expired, used, superseded, voided, or its number or key is gone."""
    if challenge.ended_at is not None or now >= challenge.expires_at:
        return False
    return bool(number_for(challenge)) and challenge.key_id in map(key_id, settings.CODE_KEYS)


def _key_of(challenge: Challenge) -> str:
    for key in settings.CODE_KEYS:
        if hmac.compare_digest(key_id(key), challenge.key_id):
            return str(key)
    raise KeyIsGone(challenge.key_id)
