"""Read all files of an import into staging, and count rows and bad rows."""

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
from partners.focus.datasets import DatasetColumns, IgnoredColumns, IgnoredRow, dataset_columns_of
from partners.focus.formats import GZIP, UnreadableFile
from partners.focus.mapping import Charge, Columns
from partners.focus.progress import Progress
from partners.focus.records import Lines, Records, read_header
from partners.focus.staging import Staging

Write = Callable[[str], None]


@dataclass
class Source:
    """A file that is being read."""

    path: str
    file: BinaryIO  # the raw file: its position is the progress, also of gzip
    lines: Lines
    columns: DatasetColumns

    @property
    def progress(self) -> tuple[int, int]:
        return self.file.tell(), os.fstat(self.file.fileno()).st_size


@dataclass
class Counts:
    rows: int = 0
    bad_rows: int = 0
    ignored_rows: int = 0  # good rows of datasets that change nothing
    has_commitments: bool | None = None  # None: no Cost and Usage file was read
    has_contracts_applied: bool = True  # no Cost and Usage file lacks the column

    @property
    def imported_rows(self) -> int:
        return self.rows - self.bad_rows - self.ignored_rows


def read_files(paths: Sequence[str], staging: Staging, write: Write) -> Counts:
    """Stage the records of all files. Raise UnreadableFile before anything is written if one is not FOCUS."""
    counts, progress = Counts(), Progress(write)
    for path in paths:
        try:
            with open(path, "rb") as file:
                _stage(_source_of(path, file), staging, counts, progress, write)
        except (OSError, EOFError, zlib.error, UnreadableFile) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise UnreadableFile(f"{path}: {reason}") from error
    return counts


def _source_of(path: str, file: BinaryIO) -> Source:
    """Open a plain or gzip-compressed file."""
    is_gzip = cast("BufferedReader", file).peek(len(GZIP)).startswith(GZIP)
    lines = Lines(cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_gzip else file)
    return Source(path, file, lines, dataset_columns_of(read_header(lines)))


def _stage(source: Source, staging: Staging, counts: Counts, progress: Progress, write: Write) -> None:
    columns = source.columns
    _check_commitment_columns(columns, counts)
    if isinstance(columns, IgnoredColumns):
        write(f"{source.path}: {columns.message}")
    records: Records[Charge | Contract | IgnoredRow] = Records(source.lines, columns.width, columns.read)
    for record in records:
        counts.rows += 1
        if isinstance(record, Charge):
            staging.add(record)
        elif isinstance(record, Contract):
            staging.add_contract(record)
        elif isinstance(record, IgnoredRow):
            counts.ignored_rows += 1
        else:
            counts.bad_rows += 1
            if not isinstance(columns, IgnoredColumns):
                staging.add_bad(record)
            write(_("%(file)s, line %(line)s: %(reason)s") % {"file": source.path, **vars(record)})
        if counts.rows % 1000 == 0:
            progress.report(_("records read"), counts.rows, of=source.progress)
    progress.report(_("records read"), counts.rows, is_last=True)


def _check_commitment_columns(columns: DatasetColumns, counts: Counts) -> None:
    """Require that all Cost and Usage files of a run have commitment columns, or that none has."""
    if not isinstance(columns, Columns):
        return
    if counts.has_commitments is (not columns.has_commitments):
        raise UnreadableFile(_("Only some files have the column CommitmentDiscountId. Import this file separately."))
    counts.has_commitments = columns.has_commitments
    counts.has_contracts_applied &= columns.has_contracts_applied
