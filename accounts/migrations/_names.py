"""Frozen copy of the functions that migrations 0006 and 0007 fill columns with. Do not change it.

A later change of the live functions brings its own migration, which derives the columns again.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import idna

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories: control, format, and what is no character
NO_INK = ("Zs", "Mn", "Me")  # blanks, and marks without a letter under them
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"  # letters and marks without ink
_LRM = "\u200e"  # the package of look-alikes puts it around letters of right-to-left scripts


def normal_form(text: str) -> str:
    """Return `text` as it is compared: NFKC, case-folded, without blanks around it and invisible characters.

    The order is that of the Unicode Standard (D146): folding can produce what has to be normalized again. Normalization
    can produce marks without a letter, as of a lone diaeresis, which are not visible.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", visible(text)).casefold())
    return visible(unicodedata.normalize("NFKC", folded.casefold())).strip()


def visible(text: str, kept: str = "") -> str:
    """Return `text` on one line and without invisible characters, except those in `kept`.

    Every blank and line break becomes a plain blank. Text without any visible character becomes empty.
    """
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(letter if letter in kept else _seen(letter) for letter in text)
    return seen if any(unicodedata.category(letter) not in NO_INK for letter in seen) else ""


def _seen(letter: str) -> str:
    if letter in FILLERS:
        return ""
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) in INVISIBLE else letter


def skeleton(text: str) -> str:
    """Return the case-insensitive skeleton of Unicode TS 39, equal for all texts that read like `text`.

    It replaces each character by its prototype, whatever its script, so a word wholly of another script has the
    skeleton of its look-alike. `I` reads like `l`, and `i` (or the Turkish dotted capital) is `I` in another case: all
    of them are one here.
    """
    as_written = prototypes(unicodedata.normalize("NFKC", visible(text)).strip())
    return prototypes(as_written.casefold()).replace("i", "l").replace("l\u0307", "l")


def prototypes(text: str) -> str:
    """Return `text` with every confusable character replaced by its prototype."""
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


# Letters of some scripts join by them, so they are part of a domain; `idna` refuses them anywhere else.
JOINERS = "\u200c\u200d"


def ascii_domain(domain: str) -> str:
    """Return the domain as its A-label. Raise idna.IDNAError if there is no such domain.

    An ASCII domain is one already, unless it claims to be an A-label.
    """
    text = visible(domain, kept=JOINERS).strip()
    if text.isascii() and "xn--" not in text.lower():
        return text.lower()
    return idna.encode(text, uts46=True).decode()


def readable_domain(domain: str) -> str:
    """Return the domain as its U-label, in Unicode."""
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except idna.IDNAError:
        return domain


def stored_address(address: str) -> str:
    """Return the one form in which an address is stored and sent to. Raise idna.IDNAError like `ascii_domain`."""
    name, at, domain = address.strip().rpartition("@")
    return f"{visible(name).strip()}@{ascii_domain(domain)}" if at else visible(address).strip()


def stored_or_same(address: str) -> str:
    """Return the stored form, or the address itself if it has none: it was stored before."""
    try:
        return stored_address(address)
    except idna.IDNAError:
        return address


def comparable_address(address: str) -> str:
    """Return the normalized address: equal results reach one mailbox."""
    name, at, domain = stored_or_same(address).rpartition("@")
    return f"{normal_form(name)}{at}{domain if domain.isascii() else normal_form(domain)}"


def address_skeleton(address: str) -> str:
    """Return the skeleton, equal for addresses that read alike. ASCII stays: burn@ and bum@ are two people."""
    name, at, domain = comparable_address(address).rpartition("@")
    text = f"{name}{at}{readable_domain(domain)}"
    return "".join(letter if letter.isascii() else prototypes(letter) for letter in text).lower()
