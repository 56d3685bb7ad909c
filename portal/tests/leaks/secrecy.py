"""Searches any text for secrets, as they are and in the forms in which text travels."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

DIGITS = re.compile(r"[0-9]{6}\Z")


@dataclass
class Secrets:
    """What was used on the way, by kind. It grows while the way is walked."""

    codes: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)  # E.164
    sessions: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)  # the secrets behind the tokens of the forms
    passwords: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)  # the tokens of links that set a password
    keys: set[str] = field(default_factory=set)  # of the installation

    def of(self, *kinds: str) -> set[str]:
        return set().union(*(getattr(self, kind) for kind in kinds or vars(self)))

    def found_in(self, text: str, *kinds: str) -> set[str]:
        """Return the secrets that the text contains in any form."""
        read = _as_read(text)
        return {secret for secret in self.of(*kinds) if _is_in(secret, read)}


def stands_in(secret: str, text: str) -> bool:
    return _is_in(secret, _as_read(text))


def _as_read(text: str) -> str:
    """Return the text, followed by the text with URL escapes decoded."""
    return f"{text}\n{unquote_plus(text)}" if "%" in text else text


def _is_in(secret: str, text: str) -> bool:
    if DIGITS.match(secret) and re.search(_as_a_code(secret), text):
        return True
    return any(form in text for form in encoded(secret) | _spellings(secret))


def encoded(secret: str) -> set[str]:
    """As text, in JSON, in HTML, in hexadecimal, and anywhere inside of something in base 64."""
    plain = set() if DIGITS.match(secret) else {secret}
    escaped = {json.dumps(secret)[1:-1], html.escape(secret)} - {secret}
    inside = {form for shift in range(3) for form in _in_base64(secret.encode(), shift)}
    return plain | escaped | inside | {secret.encode().hex()}


def _in_base64(secret: bytes, shift: int) -> Iterable[str]:
    """The characters that are the secret's alone when `shift` bytes stand before it in its group of three."""
    whole = base64.b64encode(b"\0" * shift + secret).rstrip(b"=").decode()
    first = (0, 2, 3)[shift]
    last = len(whole) - (1 if (shift + len(secret)) % 3 else 0)
    return whole[first:last], whole[first:last].translate(str.maketrans("+/", "-_"))


def _as_a_code(code: str) -> str:
    """Six digits alone, also as 123 456 or 123-456; not the fraction of a second, nor a part of a longer word."""
    return rf"(?<!\d\.)(?<![0-9A-Za-z]){code[:3]}[ -]?{code[3:]}(?![0-9A-Za-z])"


def _spellings(secret: str) -> set[str]:
    """A British number, +447700900123, as people and systems write it."""
    if not secret.startswith("+44"):
        return set()
    national = secret[3:]
    apart = [f"{national[:4]} {national[4:]}", f"{national[:4]} {national[4:7]} {national[7:]}"]
    return {national, *apart, *(text.replace(" ", "-") for text in apart)}


def rows_with(secrets: Secrets, rows: dict[tuple[str, str], str], *kinds: str) -> dict[tuple[str, str], set[str]]:
    """Where secrets of the kinds stand: table and column, and which."""
    found = {place: secrets.found_in(text, *kinds) for place, text in rows.items()}
    return {place: which for place, which in found.items() if which}
