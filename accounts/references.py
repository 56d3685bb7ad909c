"""Random public names for rows: what a URL or a person shows instead of a database id."""

import re
import secrets

from django.urls import reverse

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIX_DIGITS = re.compile(r"\d{6}")


_PAGE: list[str] = []


def provide_page(url_name: str) -> None:
    """Name the page that shows what a reference stands for; it belongs to an app that imports this one."""
    _PAGE[:] = [url_name]


def path_of(reference: str) -> str:
    """Return the path of the page about `reference`, or "" without one."""
    return reverse(_PAGE[0], args=[reference]) if reference else ""


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
