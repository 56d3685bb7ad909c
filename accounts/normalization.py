"""One normal form for names, and a skeleton that look-alikes share.

Python compares for both databases: the case rules of PostgreSQL and SQLite differ, and neither knows look-alikes.
"""

from __future__ import annotations

import unicodedata
from functools import cache

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")  # control, format, and what is no character
_LRM = "\u200e"  # the package of look-alikes puts it around letters of right-to-left scripts


def normal_form(text: str) -> str:
    """Return `text` as it is compared: NFKC, case-folded, without blanks around it and invisible characters.

    The order is that of the Unicode Standard (D146): folding can produce what has to be normalized again.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", visible(text)).casefold())
    return unicodedata.normalize("NFKC", folded.casefold()).strip()


def visible(text: str, kept: str = "") -> str:
    """Return `text` without control and format characters, except those that are `kept`."""
    return "".join(
        character for character in text if character in kept or unicodedata.category(character) not in INVISIBLE
    )


def skeleton(text: str) -> str:
    """Return what all texts that read like `text` share: the skeleton of Unicode TS 39, in any case.

    It replaces each character by its prototype, whatever its script, so a word wholly of another script has the
    skeleton of its look-alike. `I` reads like `l`, and `i` (or the Turkish dotted capital) is `I` in another case: all
    of them are one here.
    """
    as_written = prototypes(unicodedata.normalize("NFKC", visible(text)).strip())
    return prototypes(as_written.casefold()).replace("i", "l").replace("l\u0307", "l")


def prototypes(text: str) -> str:
    """Return `text` with every character that has look-alikes replaced by the one that stands for all of them."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).translate(_table()))


@cache
def _table() -> dict[int, str]:
    """Return the prototype of each character. Read when it is first needed: only a new name needs it.

    The package lists every pair of look-alikes both ways. The prototype is the one of several characters, or the one
    with several look-alikes; of a mere pair it is the lower one.
    """
    from confusable_homoglyphs.confusables import confusables_data

    table = {}
    for listed, others in confusables_data.items():
        text, other = listed.replace(_LRM, ""), others[0]["c"]
        prototype = other.replace(_LRM, "")
        is_prototype = len(prototype) > 1 or len(confusables_data[other]) > 1 or prototype < text
        if len(text) == 1 and len(others) == 1 and is_prototype:
            table[ord(text)] = prototype
    return table
