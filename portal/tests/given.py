"""Valid values of the fields of all forms, for the matrix, the gallery, the hostile tests and the leaks.

What depends on the person (a password, a code, an address) is added where it is sent.
"""

from __future__ import annotations

NUMBER = "+447700900418"
NEW_PASSWORD = "an-unheard-of-phrase"
GIVEN = {
    "understand": "on",
    "reason": "We buy directly",
    "number": NUMBER,
    "currency": "USD",
    "model": "reseller",
    "post": "yes",
    "from": "2026-01-01",
    "to": "2026-12-31",
    **dict.fromkeys(("password1", "password2", "new_password1", "new_password2"), NEW_PASSWORD),
}


def valid(*fields: str, **others: str) -> dict[str, str]:
    """Return these fields with their valid values, and the others as they are."""
    return {field: GIVEN[field] for field in fields} | others
