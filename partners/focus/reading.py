"""Reads all files of one import into a gathering, and counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from partners.focus.contracts import Contract
from partners.focus.datasets import AnyColumns, Evidence, EvidenceColumns, any_columns_of
from partners.focus.gathering import Gathering
from partners.focus.mapping import Charge, Columns
from partners.focus.progress import Progress
from partners.focus.records import BadRecord, Lines, Records, UnreadableFile, read_header

Say = Callable[[str], None]


@dataclass
class Source:
    """A file that is being read."""

    path: str
    lines: Lines
    size: int
    columns: AnyColumns


@dataclass
class Counts:
    rows: int = 0
    bad_rows: int = 0
    brings_commitments: bool = False


def read_files(paths: Sequence[str], gathering: Gathering, say: Say) -> Counts:
    """Gather the records of all files. A file that is not one of FOCUS raises UnreadableFile before any is gathered."""
    heads = [columns for path in paths if isinstance(columns := _columns_of(path), Columns)]
    if len({columns.brings_commitments for columns in heads}) > 1:
        raise UnreadableFile(_("Some of the files have the column CommitmentDiscountId, others lack it."))
    counts = Counts(brings_commitments=any(columns.brings_commitments for columns in heads))
    for path in paths:
        with _opened(path) as source:
            _gather(source, gathering, counts, say)
    return counts


def _columns_of(path: str) -> AnyColumns:
    with _opened(path) as source:
        return source.columns


@contextmanager
def _opened(path: str) -> Iterator[Source]:
    try:
        with open(path, "rb") as stream:
            yield _source_of(path, stream)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from error


def _source_of(path: str, stream: BinaryIO) -> Source:
    lines = Lines(stream)
    try:
        return Source(path, lines, os.fstat(stream.fileno()).st_size, any_columns_of(read_header(lines)))
    except UnreadableFile as error:
        raise UnreadableFile(f"{path}: {error}") from error


def _gather(source: Source, gathering: Gathering, counts: Counts, say: Say) -> None:
    progress, columns = Progress(say), source.columns
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
            progress.tell(_("records read"), counts.rows, of=(source.lines.bytes_read, source.size))
    progress.tell(_("records read"), counts.rows, is_last=True)
