"""A language that nobody speaks: its translation of a text is that text with an accent on every letter.

What is still plain on a page did not come from gettext. It takes the place of a language that Django knows and has no
formats of its own (Ido). Django's own texts go through the same object, so they are accented, too.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

CODE = "io"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀćďéƒǧħíĵķĺɱńóƥɋŕśťúṽŵẋýźÁƁĆĎÉƑǦĦÍĴĶĹṀŃÓƤɊŔŚŤÚṼŴẊÝŹ"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
# What stands for a value or is markup: %(name)s, {name}, <a href="...">, &nbsp;
_KEPT = re.compile(r"(%\([^)]*\)[-+ #0]*\d*\.?\d*[a-z]|%[sdr]|\{[^}]*\}|<[^>]*>|&[a-z#0-9]+;)")


def accented(text: str) -> str:
    pieces = _KEPT.split(text)
    return "".join(piece if index % 2 else piece.translate(_LETTERS) for index, piece in enumerate(pieces))


class Pseudo(gettext.NullTranslations):
    """A fake translation catalogue for the pseudo-locale, with the attributes that Django uses."""

    def __init__(self) -> None:
        super().__init__()
        self._catalog: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        return accented(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return CODE

    def to_language(self) -> str:
        return CODE


@contextmanager
def spoken() -> Iterator[None]:
    """Meanwhile the language exists; a reader still has to choose it."""
    catalogues: dict[str, object] = trans_real._translations  # type: ignore[attr-defined]
    catalogues[CODE] = Pseudo()
    try:
        yield
    finally:
        del catalogues[CODE]
