"""Stream the records of a CSV file of any size in constant memory, and resume after a bad record.

A record spans several physical lines if a quoted cell contains a line break. An unclosed quote looks the same at first.
The following lines decide: if one of them is a complete record, the quote was not closed. Then only the first line is
bad, and reading resumes at the next one.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from django.utils.translation import gettext as _

from partners.focus.formats import BOM, UnreadableFile, refuse_other_formats

MAX_LINE = 1024 * 1024  # bytes of a physical line, and of a record of several lines
MAX_LINES = 1000  # physical lines of one record

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """Why a record is bad, with its customer, else its billing account, else neither."""

    reason: str
    customer: str = ""
    account: str = ""


@dataclass(frozen=True)
class BadRecord:
    line: int  # its first physical line; the header is line 1
    reason: str
    customer: str = ""
    account: str = ""


@dataclass(frozen=True)
class Line:
    number: int
    data: bytes
    is_cut: bool  # it was longer than MAX_LINE, and the rest of it was skipped

    @property
    def is_blank(self) -> bool:
        return not self.data.strip(b"\r\n")

    @property
    def has_odd_quotes(self) -> bool:
        return self.data.count(b'"') % 2 == 1


class Lines:
    """The physical lines of a stream, with pushback of lines that were read ahead."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._number = 0
        self._pushed_back: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if self._pushed_back:
            return self._pushed_back.popleft()
        data = self._read()
        if not data:
            raise StopIteration
        self._number += 1
        is_cut = len(data) >= MAX_LINE and not data.endswith(b"\n")
        if is_cut:
            self._skip_line()
        return Line(self._number, data, is_cut)

    def push_back(self, lines: Iterable[Line]) -> None:
        self._pushed_back.extendleft(reversed(list(lines)))

    def _read(self) -> bytes:
        return self._stream.readline(MAX_LINE)

    def _skip_line(self) -> None:
        while (rest := self._read()) and not rest.endswith(b"\n"):
            pass


def read_header(lines: Lines) -> list[str]:
    """Return the column names, without a byte order mark."""
    first = next(lines, None)
    if first is None:
        raise UnreadableFile(_("The file is empty."))
    refuse_other_formats(first.data)
    if b"\0" in first.data:
        raise UnreadableFile(_("The file is not a UTF-8 text file. Export it as CSV in UTF-8."))
    cells = read_cells(first.data.removeprefix(BOM))
    if first.is_cut or isinstance(cells, Problem):
        raise UnreadableFile(_("The first line of the file is not a CSV header in UTF-8. Export it as CSV in UTF-8."))
    return [cell.strip() for cell in cells]


def read_cells(data: bytes) -> list[str] | Problem:
    """Parse the cells of one record."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Problem(_("it is not UTF-8"))
    if "\0" in text:
        return Problem(_("it contains a NUL byte"))
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error as error:
        return Problem(_("it is not a CSV record (%(error)s)") % {"error": error})


class Records(Generic[T]):
    """Iterate over the parsed records and the bad records of a file, in order.

    `interpret` parses the `width` cells of a record, or returns a Problem.
    """

    def __init__(self, lines: Lines, width: int, interpret: Callable[[list[str]], T | Problem]) -> None:
        self._lines, self._width, self._interpret = lines, width, interpret

    def __iter__(self) -> Iterator[T | BadRecord]:
        for line in self._lines:
            if line.is_blank:
                continue
            found = self._record_from(line)
            yield BadRecord(line.number, **vars(found)) if isinstance(found, Problem) else found

    def _record_from(self, line: Line) -> T | Problem:
        if line.is_cut:
            return Problem(_("it has more than %(bytes)s bytes") % {"bytes": MAX_LINE})
        if line.has_odd_quotes:
            return self._multiline_record(line)
        return self._read(line.data)

    def _read(self, data: bytes) -> T | Problem:
        if not data.endswith(b"\n"):
            return Problem(_("its line has no line end: the file may be truncated"))
        cells = read_cells(data)
        if isinstance(cells, Problem):
            return cells
        if len(cells) != self._width:
            return Problem(
                _("it has %(cells)s cells, the header has %(width)s") % {"cells": len(cells), "width": self._width}
            )
        return self._interpret(cells)

    def _multiline_record(self, line: Line) -> T | Problem:
        """Return the record whose quoted cell continues on the next lines, or a Problem if its quote is not closed."""
        following: list[Line] = []
        data = line.data
        for further in self._lines:
            following.append(further)
            data += further.data
            if len(following) == MAX_LINES or len(data) > MAX_LINE or self._is_whole_record(further):
                break
            if further.has_odd_quotes and data.count(b'"') % 2 == 0:
                found = self._read(data)
                if not isinstance(found, Problem):
                    return found
                break
        self._lines.push_back(following)
        return Problem(_("a quote is not closed"))

    def _is_whole_record(self, line: Line) -> bool:
        return not (line.is_cut or line.is_blank or line.has_odd_quotes or isinstance(self._read(line.data), Problem))
