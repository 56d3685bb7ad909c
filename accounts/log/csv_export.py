"""Stream the operation log as CSV, in batches: memory use does not grow with the log.

A complete file ends with `# complete, N rows`. A truncated file has no such line. The file starts with a byte order
mark: without it spreadsheets read UTF-8 in the code page of their machine.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.log.rows import LogRow, rows_for
from accounts.models import OperationLogEntry, Side, User
from accounts.models.operation_log import OperationLogQuerySet

BATCH = 1000
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet runs a cell that starts with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def stream(reader: User, entries: OperationLogQuerySet) -> Iterator[str]:
    """Yield the CSV file in chunks, newest entry first. Choices are the stored values, times are ISO 8601 in UTC."""
    yield BYTE_ORDER_MARK + _line(heads(reader))
    count = 0
    for batch in _batches(entries):
        rows = rows_for(reader, batch)
        count += len(rows)
        yield "".join(_line(cells(row)) for row in rows)
    yield f"# complete, {count} rows"


def heads(reader: User) -> list[str]:
    return [
        _("Time (UTC)"),
        _("Customer") if Side.of(reader.tenant) == Side.PARTNER else _("Partner"),
        _("Operation"),
        _("Started by"),
        _("Operator"),
        _("Reference"),
        _("Status before"),
        _("Status after"),
        _("Result"),
        _("Remark"),
    ]


def cells(row: LogRow) -> list[str]:
    return [
        iso(row.at),
        row.counterparty,
        row.operation,
        row.side,
        row.operator,
        row.reference,
        row.before,
        row.after,
        row.result,
        row.remark,
    ]


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def guarded(cell: str) -> str:
    """Escape a cell against CSV injection: put an apostrophe before anything that looks like a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _line(values: list[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([guarded(value) for value in values])
    return buffer.getvalue()


def _batches(entries: OperationLogQuerySet) -> Iterator[list[OperationLogEntry]]:
    """Yield keyset batches from the newest entry down. Entries appended meanwhile are not included."""
    ordered = entries.order_by("-at", "-id")
    batch = list(ordered[:BATCH])
    while batch:
        yield batch
        last = batch[-1]
        batch = list(ordered.filter(Q(at__lte=last.at) & ~Q(at=last.at, id__gte=last.pk))[:BATCH])
