"""The client's IP address, read from X-Forwarded-For if the operator trusts proxies."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """Return the address, or None if there is none to read.

    Each trusted proxy appends one address to X-Forwarded-For. Addresses to the left of those are the client's claims.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.TRUSTED_PROXIES and forwarded:
        hops = forwarded.split(",")[-settings.TRUSTED_PROXIES :]
    return _address(hops[0].strip())


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
