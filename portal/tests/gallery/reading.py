"""What a person reads of a page, a text or a message, and which of its words are plain and no data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from accounts.billing.currencies import CURRENCIES

# Read aloud or shown by style sheets and scripts.
ATTRIBUTES = {
    "alt",
    "aria-label",
    "aria-description",
    "label",
    "placeholder",
    "title",
    "data-name",
    "data-one",
    "data-many",
}
SILENT = {"script", "style"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}
# What is the same in every language: UTC+01:00, currencies, addresses, hashes, UUIDs, JSON, keys.
_CODES = re.compile(
    r"\bUTC\b|\b(?:" + "|".join(CURRENCIES) + r")\b|\S+@\S+|https?://\S+|\b[0-9a-f]{64}\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|^[{\[].*[}\]]$|\b(?:association|tenant):\d+|\b[a-z-]+:\S+:\d+:(?:sms|email|portal):\d+"
)
# Django's own, out of the reach of any catalogue: permissions as they are stored, and two texts of images.
_DJANGO = re.compile(r"\| Can (?:add|change|delete|view) .*|^(?:Search|True|False|None)$|^Axes \|")
_PLAIN = re.compile(r"[A-Za-z]+")


class Reader(HTMLParser):
    """Collects the texts and attributes that are read; `<bdi>`, `<code>`, `<q>`, `<textarea>`, monograms hold data."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.texts += [given[name] for name in ATTRIBUTES & given.keys()]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.texts.append(given.get("value", ""))
        if tag not in VOID:
            is_data = (tag == "button" and "lang" in given) or "monogram" in given.get("class", "").split()
            self.within.append("data" if is_data else tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.within.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.within:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not {"bdi", "code", "q", "data", "textarea", *SILENT} & set(self.within):
            self.texts.append(data)


def texts_of(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return [text.strip() for text in reader.texts if text.strip()]


def plain_words(texts: Iterable[str], data: Iterable[str]) -> Iterator[str]:
    """Each text that still holds a plain letter once the known data and codes are taken out of it."""
    known = re.compile("|".join(re.escape(value) for value in sorted(set(data), key=len, reverse=True) if value))
    for text in texts:
        rest = _CODES.sub("", known.sub("", _DJANGO.sub("", text)))
        if _PLAIN.search(rest):
            yield text
