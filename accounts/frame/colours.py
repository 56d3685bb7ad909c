"""Arithmetic of colours: the contrast of WCAG 2, and the lightness of Oklab, by which an accent is made readable.

The matrices are those of Oklab's author, which browsers use for `oklch()`: https://bottosson.github.io/posts/oklab/
"""

from __future__ import annotations

import re
from collections.abc import Callable

Colour = tuple[float, float, float]  # red, green and blue, each from 0 to 1
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
WHITE: Colour = (1, 1, 1)
READABLE = 0.5  # the lightness up to which white text on an accent can be read: that of --accent in tokens.css

Matrix = tuple[Colour, Colour, Colour]
TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB: Matrix = (
    (1, 0.3963377774, 0.2158037573),
    (1, -0.1055613458, -0.0638541728),
    (1, -0.0894841775, -1.2914855480),
)
FROM_CONES: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def parse(text: str) -> Colour:
    """`#rrggbb` as a colour."""
    red, green, blue = (int(text[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def to_hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(round(part * 255) for part in colour))


def readable(colour: Colour) -> Colour:
    """Return the colour as dark as white text on it needs, in its hue: what --accent is in the light theme."""
    lightness, green_red, blue_yellow = _apply(TO_LAB, _map(_apply(TO_CONES, _map(colour, _linear)), _cube_root))
    cones = _map(_apply(FROM_LAB, (min(lightness, READABLE), green_red, blue_yellow)), lambda part: part**3)
    return _map(_apply(FROM_CONES, cones), _gamma)


def readable_hex(text: str, otherwise: str) -> str:
    """Return the readable colour of an accent as `#rrggbb`, or `otherwise` if it is not one."""
    return to_hex(readable(parse(text))) if HEX.match(text) else otherwise


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = _map(colour, _linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    """The reverse of `_linear`. What no screen shows is cut off, as browsers do."""
    inside = min(1.0, max(0.0, value))
    return inside * 12.92 if inside <= 0.0031308 else float(1.055 * inside ** (1 / 2.4) - 0.055)


def _cube_root(value: float) -> float:
    return float(max(0.0, value) ** (1 / 3))


def _map(colour: Colour, function: Callable[[float], float]) -> Colour:
    one, two, three = map(function, colour)
    return one, two, three


def _apply(matrix: Matrix, colour: Colour) -> Colour:
    one, two, three = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return one, two, three
