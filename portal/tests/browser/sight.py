"""Checks of a rendered page: cut-off content, focus, and WCAG violations (axe)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"preload": False, "runOnly": {"type": "tag", "values": TAGS}}
# The rules whose result may depend on the colour scheme.
OF_COLOURS = {"preload": False, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

HERE = Path(__file__).parent
CUT_OFF = (HERE / "cut_off.js").read_text(encoding="utf-8")
FOCUS = (HERE / "focus.js").read_text(encoding="utf-8")


def violations(
    page: Page, options: dict[str, Any] = ALL_RULES, without: Mapping[str, tuple[str, ...]] | None = None
) -> list[str]:
    """What axe finds on the page as it looks now, `without` what a selector names for a rule."""
    page.evaluate("() => Promise.all(document.getAnimations().map((animation) => animation.finished))")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    results = page.evaluate(f"axe.run({json.dumps({**options, 'resultTypes': ['violations']})})")
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
        if not any(part in str(node["target"]) for part in (without or {}).get(violation["id"], ()))
    ]


def cut_off(page: Page) -> list[str]:
    """Return the elements that do not fit the width of the page, once it has its stylesheet."""
    page.wait_for_load_state()
    width = page.viewport_size["width"] if page.viewport_size else 0
    return [f"{page.url} at {width}: {text}" for text in page.evaluate(CUT_OFF)]
