"""The operation log as a stream of CSV, in short queries: memory and locks stay small however long the log is.

A complete file ends in `# complete, N rows`. A stream that broke has no such line. It begins with a byte order mark:
without one a spreadsheet takes UTF-8 for the code page of its machine.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.log.rows import LogRow, rows_for
from accounts.models import OperationLogEntry, Tenant
from accounts.models.operation_log import OperationLogQuerySet

BATCH = 1000
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def stream(reader: Tenant, entries: OperationLogQuerySet) -> Iterator[str]:
    """Yield the file in pieces, newest entry first. Words are the stored ones, times UTC in ISO 8601."""
    yield BYTE_ORDER_MARK + _line(heads(reader))
    count = 0
    for batch in _batches(entries):
        rows = rows_for(reader, batch)
        count += len(rows)
        yield "".join(_line(cells(row)) for row in rows)
    yield f"# complete, {count} rows"


def heads(reader: Tenant) -> list[str]:
    return [
        _("Time (UTC)"),
        _("Customer") if reader.is_partner else _("Partner"),
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
    """Return the cell so that no spreadsheet runs it: an apostrophe before what looks like a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _line(values: list[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([guarded(value) for value in values])
    return buffer.getvalue()


def _batches(entries: OperationLogQuerySet) -> Iterator[list[OperationLogEntry]]:
    """Walk from the newest entry down, each batch one range of the index; what comes meanwhile stands above."""
    ordered = entries.order_by("-at", "-id")
    batch = list(ordered[:BATCH])
    while batch:
        yield batch
        last = batch[-1]
        batch = list(ordered.filter(Q(at__lte=last.at) & ~Q(at=last.at, id__gte=last.pk))[:BATCH])
