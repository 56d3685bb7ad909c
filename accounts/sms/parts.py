"""Length limits of SMS segments: 160 characters of GSM 7-bit in one, or 67 of UCS-2 in each of two.

One character outside GSM 7-bit makes the whole message UCS-2 (3GPP TS 23.038, 23.040).
"""

from __future__ import annotations

ONE_PART_GSM7, TWO_PARTS_UCS2 = 160, 2 * 67
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
MIN_NAME_LENGTH = 4  # shorter names are left out


def is_gsm7(text: str) -> bool:
    return BASIC.union(EXTENDED).issuperset(text)


def places(text: str) -> int:
    """Return the length of the text in its encoding: septets of GSM 7-bit, or UTF-16 code units."""
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
    return kept.rstrip() + dots if len(kept.rstrip()) >= MIN_NAME_LENGTH else ""
