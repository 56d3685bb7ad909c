"""Detect files that are not FOCUS CSV by their magic bytes, and say how to convert them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
_MAGIC: tuple[tuple[bytes, Promise], ...] = (
    (b"PAR1", gettext_lazy("This is a Parquet file. Export it as CSV.")),
    (b"PK\x03\x04", gettext_lazy("This is a ZIP archive or a workbook. Unpack it, or save it as CSV in UTF-8.")),
    (b"\xfd7zXZ", gettext_lazy("This file is compressed with xz. Decompress it, or use gzip.")),
    (b"BZh", gettext_lazy("This file is compressed with bzip2. Decompress it, or use gzip.")),
    (b"\x28\xb5\x2f\xfd", gettext_lazy("This file is compressed with zstd. Decompress it, or use gzip.")),
    (b"Obj\x01", gettext_lazy("This is an Avro file. Export it as CSV.")),
    (b"ORC", gettext_lazy("This is an ORC file. Export it as CSV.")),
    (b"%PDF", gettext_lazy("This is a PDF. Export the data as CSV.")),
    (b"\xff\xfe", gettext_lazy("The file is not UTF-8 but UTF-16. Save it as UTF-8.")),
    (b"\xfe\xff", gettext_lazy("The file is not UTF-8 but UTF-16. Save it as UTF-8.")),
    (b"{", gettext_lazy("This looks like JSON. Export it as CSV.")),
    (b"[", gettext_lazy("This looks like JSON. Export it as CSV.")),
    (b"<", gettext_lazy("This looks like XML or HTML. Export it as CSV.")),
    (b"sep=", gettext_lazy("The first line is sep=. Delete that line, and separate the cells with commas.")),
)
_DELIMITERS = {
    b";": gettext_lazy("semicolons"),
    b"\t": gettext_lazy("tabs"),
    b"|": gettext_lazy("vertical bars"),
}


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


def refuse_other_formats(first_line: bytes) -> None:
    """Raise UnreadableFile with the name of the format if the first line shows another one."""
    line = first_line.removeprefix(BOM)
    for magic, advice in _MAGIC:
        if line.lower().startswith(magic.lower()):
            raise UnreadableFile(str(advice))
    for delimiter, name in _DELIMITERS.items():
        if line.count(delimiter) > max(line.count(b","), 1):
            text = _("The cells are separated with %(name)s. Separate them with commas.")
            raise UnreadableFile(text % {"name": name})


def misspelled(header: list[str], names: list[str]) -> list[str]:
    """Return the names that the header spells differently, such as `billing_period_start`."""
    plain = {_plain(name) for name in header}
    return [name for name in names if _plain(name) in plain]


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
