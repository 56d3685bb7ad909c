"""Reads all files of one import into a gathering, and counts."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from partners.focus.contracts import Contract
from partners.focus.datasets import AnyColumns, Evidence, EvidenceColumns, any_columns_of
from partners.focus.formats import GZIP, UnreadableFile
from partners.focus.gathering import Gathering
from partners.focus.mapping import Charge, Columns
from partners.focus.progress import Progress
from partners.focus.records import BadRecord, Lines, Records, read_header

Say = Callable[[str], None]


@dataclass
class Source:
    """A file that is being read."""

    path: str
    file: BinaryIO  # as it is on the disk: its position says how far the reading is
    lines: Lines
    columns: AnyColumns

    @property
    def progress(self) -> tuple[int, int]:
        return self.file.tell(), os.fstat(self.file.fileno()).st_size


@dataclass
class Counts:
    rows: int = 0
    bad_rows: int = 0
    brings_commitments: bool | None = None  # None: no file of charges was read


def read_files(paths: Sequence[str], gathering: Gathering, say: Say) -> Counts:
    """Gather the records of all files. One that is not of FOCUS raises UnreadableFile: nothing was written yet."""
    counts, progress = Counts(), Progress(say)
    for path in paths:
        try:
            with open(path, "rb") as file:
                _gather(_source_of(path, file), gathering, counts, progress, say)
        except (OSError, EOFError, zlib.error, UnreadableFile) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise UnreadableFile(f"{path}: {reason}") from error
    return counts


def _source_of(path: str, file: BinaryIO) -> Source:
    """A file that gzip compressed is read as it is."""
    is_gzip = cast("BufferedReader", file).peek(len(GZIP)).startswith(GZIP)
    lines = Lines(cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_gzip else file)
    return Source(path, file, lines, any_columns_of(read_header(lines)))


def _gather(source: Source, gathering: Gathering, counts: Counts, progress: Progress, say: Say) -> None:
    columns = source.columns
    _note(columns, counts)
    if isinstance(columns, EvidenceColumns):
        say(f"{source.path}: {columns.remark}")
    records: Records[Charge | Contract | Evidence] = Records(source.lines, columns.width, columns.read)
    for record in records:
        counts.rows += 1
        if isinstance(record, Charge):
            gathering.add(record)
        elif isinstance(record, Contract):
            gathering.add_contract(record)
        elif isinstance(record, BadRecord):
            counts.bad_rows += 1
            if isinstance(columns, Columns):
                gathering.add_bad(record)
            say(_("%(file)s, line %(line)s: %(reason)s") % {"file": source.path, **vars(record)})
        if counts.rows % 1000 == 0:
            progress.tell(_("records read"), counts.rows, of=source.progress)
    progress.tell(_("records read"), counts.rows, is_last=True)


def _note(columns: AnyColumns, counts: Counts) -> None:
    """Note whether the charges of this run name commitments: all files of charges must, or none."""
    if not isinstance(columns, Columns):
        return
    if counts.brings_commitments is (not columns.brings_commitments):
        raise UnreadableFile(_("It has no column CommitmentDiscountId, or it alone has one: import it by itself."))
    counts.brings_commitments = columns.brings_commitments
