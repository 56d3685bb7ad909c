"""The vendor's brand, from the settings: product name, logo, accent colour, support address and legal links."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from accounts.frame import colours

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" fill="none">'
    '<rect width="28" height="28" rx="7" fill="{}"/>'
    '<circle cx="11" cy="14" r="5" stroke="#fff" stroke-width="2.25"/>'
    '<circle cx="17" cy="14" r="5" stroke="#fff" stroke-opacity=".6" stroke-width="2.25"/></svg>\n'
)


@dataclass(frozen=True)
class Brand:
    product_name: str
    vendor_name: str
    logo: str
    icon: str
    support_email: str
    legal_links: tuple[tuple[str, str], ...]
    stylesheet: str
    demo: bool


def brand() -> Brand:
    return Brand(
        product_name=settings.PRODUCT_NAME,
        vendor_name=settings.VENDOR_NAME,
        logo=settings.LOGO_URL,
        icon=settings.LOGO_URL or _url("accounts:brand_mark") or static("img/mark.svg"),
        support_email=settings.SUPPORT_EMAIL,
        legal_links=tuple(settings.LEGAL_LINKS.items()),
        stylesheet=_url("accounts:brand_css"),
        demo=settings.DEMO,
    )


def _url(name: str) -> str:
    """Return the URL of a file that depends on the accent, or "" without an accent."""
    return f"{reverse(name)}?v={version()}" if colours.HEX.match(settings.ACCENT) else ""


def version() -> str:
    """Return a word that changes with the accent. A file under its URL may be cached for ever."""
    return sha256(settings.ACCENT.encode()).hexdigest()[:8]


def stylesheet(accent: str) -> str:
    """Return the stylesheet of an accent, or "" if it is not `#rrggbb`. tokens.css derives all other colours."""
    return f":root{{--brand:{accent}}}\n" if colours.HEX.match(accent) else ""


def mark(accent: str) -> str:
    """Return the product's mark in the accent as SVG, or "" if the accent is not `#rrggbb`."""
    if not colours.HEX.match(accent):
        return ""
    return MARK.format(colours.to_hex(colours.readable(colours.parse(accent))))
