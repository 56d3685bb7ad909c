"""E-mail addresses: one stored form and one comparison. Plain Python, which the settings may import.

The domain is stored as its A-label by IDNA 2008 (`straße.example` as `xn--strae-oqa.example`), which every mail library
sends as it is. Python's own codec, which Django uses, is IDNA 2003: it would send to `strasse.example`, somebody
else's domain. The local part belongs to the receiving server and stays as it was typed.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr

import idna

from accounts.normalization import normal_form, prototypes, visible

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


def sender_address(sender: str) -> str:
    """Return `Name <address>`, or the address alone, with the address in its stored form."""
    name, address = parseaddr(sender)
    stored = stored_or_same(address)
    return formataddr((name, stored)) if stored and stored.isascii() and not sender.isascii() else sender


def comparable_address(address: str) -> str:
    """Return the normalized address: equal results reach one mailbox."""
    name, at, domain = stored_or_same(address).rpartition("@")
    return f"{normal_form(name)}{at}{domain if domain.isascii() else normal_form(domain)}"


def address_skeleton(address: str) -> str:
    """Return the skeleton, equal for addresses that read alike. ASCII stays: burn@ and bum@ are two people."""
    name, at, domain = comparable_address(address).rpartition("@")
    text = f"{name}{at}{readable_domain(domain)}"
    return "".join(letter if letter.isascii() else prototypes(letter) for letter in text).lower()
