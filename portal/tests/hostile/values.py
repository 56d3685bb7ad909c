"""What is sent in place of an honest value: the listed ones, and how anything is written into an address or a form."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote_from_bytes

MARK = "zq\"'><script>alert(1)</script>"
MIB = 1024 * 1024
Pairs = list[tuple[str, bytes]]

LISTED: dict[str, bytes] = {
    "markup": MARK.encode(),
    "nothing": b"",
    "spaces": b" \t\r\n ",
    "a NUL byte": b"a\0b",
    "control characters": bytes(range(1, 32)) + b"\x7f",
    "line breaks": b"a\r\nSet-Cookie: x=1\r\n\r\nb",
    "a lone surrogate": b"\xed\xa0\x80x",
    "an overlong slash": b"\xc0\xaf\xe0\x80\xaf",
    "bytes that are no UTF-8": b"\xff\xfe\x80abc",
    "a beginning of a character": b"abc\xf0\x9f\x98",
    "right-to-left override": "\u202egpj.exe\u2066\u2069".encode(),
    "zero-width": "a\u200b\u200c\u200d\ufeffb".encode(),
    "a tower of accents": ("e" + "\u0301" * 400).encode(),
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈".encode(),
    "fullwidth digits": "１２３４５６".encode(),
    "arabic digits": "١٢٣٤٥٦".encode(),
    "superscript digits": "²³¹²³¹".encode(),
    "line separators": "a\u2028b\u2029c\x85d".encode(),
    "private and unassigned": "\ue000\U0010ffff\ufffe\u0378".encode(),
    "sharp s and dotless i": "STRASSE ß ı İ ﬃ".encode(),
    "a negative number": b"-1",
    "zero": b"0",
    "a huge number": b"9" * 400,
    "beyond 64 bits": b"9223372036854775808",
    "beyond 32 bits": b"2147483648",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "an exponent": b"1E+400",
    "hexadecimal": b"0x7f",
    "true": b"true",
    "the year 0": b"0000-01-01",
    "the year 1": b"0001-01-01 00:00:00+14:00",
    "the year 9999": b"9999-12-31T23:59:59.999999-12:00",
    "no such day": b"2026-02-30",
    "no such hour": b"2026-01-01 25:61:61",
    "a strange time zone": b"2026-01-01T00:00:00+99:99",
    "a path": b"../../../../etc/passwd",
    "another site": b"//evil.example/%2f..",
    "a script address": b"javascript:alert(1)",
    "a template": b"{{ settings.SECRET_KEY }}{% debug %}{0.__class__}%(x)s%n",
    "SQL": b"' OR 1=1 --",
    "a pattern": b"(((((.*)*)*)*)*[",
    "percent signs": b"%00%ff%%20%s",
    "JSON": b'{"$gt": "", "a": [1]}',
    "an unclosed bracket": b"http://[::1",
    "a long word": b"w" * 5000,
    "almost a megabyte": b"a" * (MIB - 20_000),
    "a megabyte of digits": b"1" * (MIB - 20_000),
    "more than a megabyte": b"a" * (MIB + 1),
}


def encoded(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """Write the pairs as a browser would, byte by byte: what is no text stays what it is."""
    return "&".join(f"{_quoted(name.encode())}={_quoted(value)}" for name, value in pairs).encode()


def _quoted(raw: bytes) -> str:
    return quote_from_bytes(raw, safe="")
