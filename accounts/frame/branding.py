"""The vendor's brand, from the settings: product name, logo, accent colour, support address and legal links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

Colour = tuple[int, int, int]
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
NIGHT: Colour = (16, 20, 27)  # the background of the dark theme
AA_TEXT, AA_SHAPE = 4.5, 3.0  # minimum contrast, WCAG 2.2 criteria 1.4.3 and 1.4.11


@dataclass(frozen=True)
class Brand:
    product_name: str
    vendor_name: str
    logo: str
    support_email: str
    legal_links: tuple[tuple[str, str], ...]
    stylesheet: str
    demo: bool


def brand() -> Brand:
    return Brand(
        product_name=settings.PRODUCT_NAME,
        vendor_name=settings.VENDOR_NAME,
        logo=settings.LOGO_URL,
        support_email=settings.SUPPORT_EMAIL,
        legal_links=tuple(settings.LEGAL_LINKS.items()),
        stylesheet=_stylesheet_url(),
        demo=settings.DEMO,
    )


def _stylesheet_url() -> str:
    if not HEX.match(settings.ACCENT):
        return ""
    return f"{reverse('accounts:brand_css')}?v={sha256(settings.ACCENT.encode()).hexdigest()[:8]}"


def stylesheet(accent: str) -> str:
    """Return the CSS variables of the accent for both themes, or "" if the accent is not `#rrggbb`.

    The accent is darkened (lightened in the dark theme) until shapes in it have enough contrast with the background.
    Text on the accent is black or white, whichever contrasts more.
    """
    if not HEX.match(accent):
        return ""
    light = visible_on(WHITE, parse(accent), BLACK)
    dark = visible_on(NIGHT, parse(accent), WHITE)
    return f":root{{{_tokens(light)}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{_tokens(dark)}}}}}\n"


def _tokens(accent: Colour) -> str:
    text = on(accent)
    hover = mix(accent, WHITE if text == BLACK else BLACK, 0.15)
    return f"--accent:{to_hex(accent)};--accent-hover:{to_hex(hover)};--on-accent:{to_hex(text)}"


def parse(accent: str) -> Colour:
    return int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16)


def to_hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def on(colour: Colour) -> Colour:
    """Return black or white, whichever contrasts more with `colour`: at least 4.58 to 1."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, colour))


def visible_on(surface: Colour, colour: Colour, towards: Colour) -> Colour:
    """Mix `colour` towards `towards` until it contrasts enough with `surface`."""
    steps = (mix(colour, towards, step / 20) for step in range(21))
    return next(step for step in steps if contrast(step, surface) >= AA_SHAPE)


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(value / 255) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
