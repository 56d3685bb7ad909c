"""The tokens as Chromium computes them: readable in both themes with every accent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.frame.colours import Colour, contrast
from accounts.tests.test_branding import ACCENTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, criteria 1.4.3 and 1.4.11
SURFACES = ("surface", "canvas", "raised", "sunken")
STATES = ("info", "good", "warn", "bad")
PAIRS: list[tuple[str, str, float]] = [
    *((text, surface, TEXT) for text in ("text", "muted", "link", "link-hover") for surface in SURFACES),
    *((text, "hover", TEXT) for text in ("text", "muted")),
    *((text, "accent-tint", TEXT) for text in ("text", "muted", "link")),
    *(("on-accent", fill, TEXT) for fill in ("accent", "accent-hover", "accent-deep")),
    *(("on-danger", fill, TEXT) for fill in ("danger", "danger-hover")),
    *((f"{state}-text", under, TEXT) for state in STATES for under in ("surface", f"{state}-fill")),
    *((f"{state}-solid", under, SHAPE) for state in STATES for under in ("surface", f"{state}-fill")),
    *((shape, surface, SHAPE) for shape in ("focus", "line-control") for surface in SURFACES),
    *((shape, surface, SHAPE) for shape in ("accent", "danger") for surface in ("surface", "canvas")),
]
# The colours of a brand and theme as the screen shows them: painted on a canvas and read back.
PAINTED = """([brand, theme, names]) => {
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.setProperty("--brand", brand);
  const ink = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  return Object.fromEntries(names.map((name) => {
    document.body.style.color = `var(--${name})`;
    ink.fillStyle = getComputedStyle(document.body).color;
    ink.fillRect(0, 0, 1, 1);
    return [name, [...ink.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)];
  }));
}"""


def test_every_accent_is_readable_in_both_themes(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    names = sorted({name for pair in PAIRS for name in pair[:2]})
    found = []
    for accent in ACCENTS:
        for theme in ("light", "dark"):
            shown: dict[str, Colour] = page.evaluate(PAINTED, [accent, theme, names])
            for text, under, least in PAIRS:
                ratio = contrast(shown[text], shown[under])
                if ratio < least:
                    found.append(f"{accent} {theme}: {text} on {under} {ratio:.2f}")
    assert not found, "\n".join(found)
