"""Random public names for rows: what a URL or a person shows instead of a database id."""

import re
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIX_DIGITS = re.compile(r"\d{6}")


def random_reference(prefix: str = "", length: int = 8) -> str:
    """Return `prefix` + `length` Crockford base32 characters without a run of six digits.

    A run of six digits could be taken for a verification code in a text message.
    """
    while True:
        body = "".join(secrets.choice(CROCKFORD) for _ in range(length))
        if not _SIX_DIGITS.search(body):
            return prefix + body


def public_key() -> str:
    """Return the random key by which a URL names a tenant (60 bits)."""
    return random_reference(length=12).lower()
