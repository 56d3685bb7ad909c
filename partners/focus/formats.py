"""Tells files that are no CSV of FOCUS by their first bytes, by name and with what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
_MAGIC: tuple[tuple[bytes, Promise], ...] = (
    (b"PAR1", gettext_lazy("It is a Parquet file: export it as CSV.")),
    (b"PK\x03\x04", gettext_lazy("It is a ZIP archive or a workbook: unpack it, or save it as CSV in UTF-8.")),
    (b"\xfd7zXZ", gettext_lazy("It is compressed by xz: unpack it, or compress it by gzip.")),
    (b"BZh", gettext_lazy("It is compressed by bzip2: unpack it, or compress it by gzip.")),
    (b"\x28\xb5\x2f\xfd", gettext_lazy("It is compressed by zstd: unpack it, or compress it by gzip.")),
    (b"Obj\x01", gettext_lazy("It is an Avro file: export it as CSV.")),
    (b"ORC", gettext_lazy("It is an ORC file: export it as CSV.")),
    (b"%PDF", gettext_lazy("It is a PDF: export the data as CSV.")),
    (b"\xff\xfe", gettext_lazy("The file is not a UTF-8 text file but UTF-16: save it as UTF-8.")),
    (b"\xfe\xff", gettext_lazy("The file is not a UTF-8 text file but UTF-16: save it as UTF-8.")),
    (b"{", gettext_lazy("It looks like JSON: export it as CSV.")),
    (b"[", gettext_lazy("It looks like JSON: export it as CSV.")),
    (b"<", gettext_lazy("It looks like XML or HTML: export it as CSV.")),
    (b"sep=", gettext_lazy("Its first line is sep=: delete that line, and separate the cells by commas.")),
)
_DELIMITERS = {
    b";": gettext_lazy("semicolons"),
    b"\t": gettext_lazy("tabs"),
    b"|": gettext_lazy("vertical bars"),
}


class UnreadableFile(Exception):
    """The file as a whole is not what it should be; the message says why in plain words."""


def refuse_other_formats(first_line: bytes) -> None:
    """Raise UnreadableFile that names the format, where the first line gives one away."""
    line = first_line.removeprefix(BOM)
    for magic, advice in _MAGIC:
        if line.lower().startswith(magic.lower()):
            raise UnreadableFile(str(advice))
    for delimiter, name in _DELIMITERS.items():
        if line.count(delimiter) > max(line.count(b","), 1):
            raise UnreadableFile(_("Its cells are separated by %(name)s: separate them by commas.") % {"name": name})


def respelled(header: list[str], names: list[str]) -> list[str]:
    """Those of the names that the header has in another spelling, as `billing_period_start`."""
    plain = {_plain(name) for name in header}
    return [name for name in names if _plain(name) in plain]


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
