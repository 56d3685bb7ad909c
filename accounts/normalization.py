"""One normal form for usernames and e-mail addresses, and a skeleton that look-alikes share.

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


def visible(text: str) -> str:
    """Return `text` without control and format characters."""
    return "".join(character for character in text if unicodedata.category(character) not in INVISIBLE)


def skeleton(text: str) -> str:
    """Return what all texts that read like `text` share: the skeleton of Unicode TS 39, in any case.

    It replaces each character by its prototype, whatever its script, so a word wholly of another script has the
    skeleton of its look-alike. `I` reads like `l`, and `i` (or the Turkish dotted capital) is `I` in another case: all
    of them are one here.
    """
    as_written = _prototypes(unicodedata.normalize("NFKC", visible(text)).strip())
    return _prototypes(as_written.casefold()).replace("i", "l").replace("l\u0307", "l")


def address_skeleton(address: str) -> str:
    """Return the skeleton of an e-mail address. ASCII stays as it is: burn@ and bum@ are mailboxes of two people."""
    read = (character if character.isascii() else _prototypes(character) for character in normal_form(address))
    return "".join(read).casefold()


def _prototypes(text: str) -> str:
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
