"""Exports the operation log: the entry about it stands before the first byte leaves."""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append
from accounts.models import Operation, OperationLogEntry, User


@transaction.atomic(durable=True)
def export_log(*, actor: User, filters: str) -> OperationLogEntry:
    """Record that `actor` takes away the entries that match `filters` (a query string, or empty)."""
    if not filters:
        return append(LogScope.of_actor(actor), Operation.LOG_EXPORTED, remark="all-exported")
    return append(LogScope.of_actor(actor), Operation.LOG_EXPORTED, remark="rows-exported", filter=filters)
