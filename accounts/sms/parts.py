"""How much of a text message one part holds: 160 characters of GSM 7-bit, or 67 of UCS-2 in each of two parts.

One letter that GSM 7-bit lacks makes the whole message UCS-2 (3GPP TS 23.038, 23.040).
"""

from __future__ import annotations

ONE_PART_GSM7, TWO_PARTS_UCS2 = 160, 2 * 67
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
LEAST = 4  # letters of a name that still say something


def is_gsm7(text: str) -> bool:
    return BASIC.union(EXTENDED).issuperset(text)


def places(text: str) -> int:
    """Return how many places the text takes in its encoding."""
    if is_gsm7(text):
        return len(text) + sum(letter in EXTENDED for letter in text)
    return len(text.encode("utf-16-be")) // 2


def excess(text: str) -> int:
    """Return by how many places the text is longer than one part of GSM 7-bit or two of UCS-2."""
    return max(0, places(text) - (ONE_PART_GSM7 if is_gsm7(text) else TWO_PARTS_UCS2))


def shortened(name: str, most: int) -> str:
    """Return the name in at most `most` places, with dots where it was cut; nothing if too little would be left."""
    if places(name) <= most:
        return name
    dots = "..." if is_gsm7(name) else "…"
    kept = name[: max(0, most)]
    while kept and places(kept + dots) > most:
        kept = kept[:-1]
    return kept.rstrip() + dots if len(kept.rstrip()) >= LEAST else ""
