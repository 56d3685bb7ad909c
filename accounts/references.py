"""Random public identifiers of rows, for URLs and people instead of database IDs."""

import re
import secrets

from django.urls import reverse

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIX_DIGITS = re.compile(r"\d{6}")


_PAGE: list[str] = []


def provide_page(url_name: str) -> None:
    """Register the URL name of the page of a reference. The page belongs to an app that imports this one."""
    _PAGE[:] = [url_name]


def path_of(reference: str) -> str:
    """Return the path of the page of `reference`, or "" if it is empty."""
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
    """Return a random key (60 bits) that identifies a tenant in URLs."""
    return random_reference(length=12).lower()
