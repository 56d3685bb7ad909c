"""Reads the records of a CSV file of any size in constant memory, and goes on after a bad one.

A record may go over several physical lines, where a quoted cell holds a line break. A quote that was never closed
looks the same at first; it is told apart by the lines that follow: as soon as one of them is a whole record by
itself, the quote before it was not closed. Then only the first line is bad, and reading resumes at the next one.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from django.utils.translation import gettext as _

from partners.focus.formats import BOM, UnreadableFile, refuse_other_formats

MAX_LINE = 1024 * 1024  # bytes of a physical line, and of a record over several of them
MAX_LINES = 1000  # physical lines of one record

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """Why a record is bad, and whose it is: a customer's, else a billing account's, else anybody's."""

    reason: str
    customer: str = ""
    account: str = ""


@dataclass(frozen=True)
class BadRecord:
    line: int  # the physical line on which it begins; the header is line 1
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
    """The physical lines of a stream; those that were read too far are given back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._number = 0
        self._given_back: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if self._given_back:
            return self._given_back.popleft()
        data = self._read()
        if not data:
            raise StopIteration
        self._number += 1
        is_cut = len(data) >= MAX_LINE and not data.endswith(b"\n")
        if is_cut:
            self._skip_line()
        return Line(self._number, data, is_cut)

    def give_back(self, lines: Iterable[Line]) -> None:
        self._given_back.extendleft(reversed(list(lines)))

    def _read(self) -> bytes:
        return self._stream.readline(MAX_LINE)

    def _skip_line(self) -> None:
        while (rest := self._read()) and not rest.endswith(b"\n"):
            pass


def read_header(lines: Lines) -> list[str]:
    """Return the names of the columns; a byte order mark before them is accepted."""
    first = next(lines, None)
    if first is None:
        raise UnreadableFile(_("The file is empty."))
    refuse_other_formats(first.data)
    if b"\0" in first.data:
        raise UnreadableFile(_("The file is not a UTF-8 text file."))
    cells = read_cells(first.data.removeprefix(BOM))
    if first.is_cut or isinstance(cells, Problem):
        raise UnreadableFile(_("The first line of the file is not a CSV header in UTF-8."))
    return [cell.strip() for cell in cells]


def read_cells(data: bytes) -> list[str] | Problem:
    """Return the cells of one record."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Problem(_("it is not UTF-8"))
    if "\0" in text:
        return Problem(_("it holds a NUL byte"))
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error as error:
        return Problem(_("it is not a CSV record (%(error)s)") % {"error": error})


class Records(Generic[T]):
    """What `interpret` makes of each record, in the order of the file, with the bad ones in between.

    `interpret` takes the cells of a record, as many as `width`, and returns what they say or a Problem.
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
            return Problem(_("it is longer than %(bytes)s bytes") % {"bytes": MAX_LINE})
        if line.has_odd_quotes:
            return self._record_over_lines(line)
        return self._read(line.data)

    def _read(self, data: bytes) -> T | Problem:
        if not data.endswith(b"\n"):
            return Problem(_("its line has no end: the file may be cut off here"))
        cells = read_cells(data)
        if isinstance(cells, Problem):
            return cells
        if len(cells) != self._width:
            return Problem(
                _("it has %(cells)s cells, the header has %(width)s") % {"cells": len(cells), "width": self._width}
            )
        return self._interpret(cells)

    def _record_over_lines(self, line: Line) -> T | Problem:
        """Return the record whose quoted cell goes on in the next lines, or say that the quote is not closed."""
        following: list[Line] = []
        data = line.data
        for further in self._lines:
            following.append(further)
            data += further.data
            if len(following) == MAX_LINES or len(data) > MAX_LINE or self._stands_alone(further):
                break
            if further.has_odd_quotes and data.count(b'"') % 2 == 0:
                found = self._read(data)
                if not isinstance(found, Problem):
                    return found
                break
        self._lines.give_back(following)
        return Problem(_("a quote is not closed"))

    def _stands_alone(self, line: Line) -> bool:
        return not (line.is_cut or line.is_blank or line.has_odd_quotes or isinstance(self._read(line.data), Problem))
