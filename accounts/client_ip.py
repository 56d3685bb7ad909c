"""The client IP address behind trusted proxies, for the logs and for rate limits.

`client_ip` is for the logs. `counted_address` is for rate limits: it gives clients of one network one address, and it
never gives strangers one address because theirs could not be parsed.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

logger = structlog.get_logger(__name__)

# RFC 7239: `proto=https;for="[2001:db8::1]:4711"`. The client chooses `host`, so what is quoted there is skipped.
_FOR = re.compile(r'(?:(?!for=)\w+=(?:"[^"]*"|[^";]*);\s*)*for=("[^"]*"|[^;]*)', re.IGNORECASE)
_NAT64 = IPv6Network("64:ff9b::/96")
_DISCARD = int(IPv6Address("100::"))  # RFC 6666: no client has an address of 100::/64
_NETWORK_BITS = 64  # what one IPv6 customer is given at least
_SHOWN = 80
_warned: set[str] = set()


def client_ip(request: HttpRequest) -> str | None:
    """Return the address, or None if there is none to read."""
    text = _forwarded(request) or _peer(request)
    address = _read(text)
    return str(address) if address else None


def counted_address(request: HttpRequest) -> str | None:
    """Return the address under which limits count: IPv6 by its /64. None when the request names no address at all.

    What cannot be read is counted under an address made of its own text. The address of the proxy is everybody's, so
    it never counts.
    """
    text = _forwarded(request)
    if text is None:
        if settings.TRUSTED_PROXIES:
            _warn_once("forwarded-address-missing", "")
            return None
        text = _peer(request)
    address = _read(text)
    if address is not None:
        return _network_of(address)
    if text:
        _warn_once("address-unreadable", text)
    return _placeholder_address(text) if text else None


def _forwarded(request: HttpRequest) -> str | None:
    """Return what the outermost trusted proxy wrote about its client, without quotes, or None if it wrote nothing.

    Each trusted proxy appends one element. The client can send whatever is left of those, and any other header.
    """
    if not settings.TRUSTED_PROXIES:
        return None
    parts, element = request.headers.get(settings.CLIENT_IP_HEADER, "").split(","), ""
    for _proxy in range(settings.TRUSTED_PROXIES):
        element = _last_element(parts) if parts else element
    named = _FOR.match(element.strip())
    return (named[1] if named else element).strip(' \t"') or None


def _last_element(parts: list[str]) -> str:
    """Take the last element off what was split at commas. A comma in quotes belongs to its element."""
    element = parts.pop()
    while parts and element.count('"') % 2:
        element = f"{parts.pop()},{element}"
    return element


def _peer(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address in any form that proxies write: with or without a port, in brackets or not."""
    for candidate in (text, text.rpartition(":")[0]):
        try:
            return _plain(ip_address(candidate.strip("[]")))
        except ValueError:
            continue
    return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address inside an IPv6 one that only wraps it, and no zone (`%eth0`): it means nothing here."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or IPv6Address(int(address))


def _network_of(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), _NETWORK_BITS), strict=False).network_address)


def _placeholder_address(text: str) -> str:
    """Return a placeholder address from an HMAC of the text. No client has it, and it does not reveal the text.

    The port is left out: a client has another one with each connection.
    """
    name = text.rpartition(":")[0] or text
    digest = salted_hmac("accounts.unreadable-address", name, algorithm="sha256").digest()
    return str(IPv6Address(_DISCARD | int.from_bytes(digest[:8], "big")))


def _warn_once(event: str, text: str) -> None:
    """Warn the operator once a process: the proxy is not set up as the settings say, or the other way round."""
    if event not in _warned:
        _warned.add(event)
        logger.warning(
            event, text=text[:_SHOWN], trusted_proxies=settings.TRUSTED_PROXIES, header=settings.CLIENT_IP_HEADER
        )
