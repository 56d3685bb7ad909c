"""Log an export of the operation log. The view calls this before it sends the first byte."""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append
from accounts.models import Operation, OperationLogEntry, User


@transaction.atomic(durable=True)
def export_log(*, actor: User, filters: str) -> OperationLogEntry:
    """Log that `actor` exports the entries that match `filters` (a query string, or empty)."""
    if not filters:
        return append(LogScope.of_actor(actor), Operation.LOG_EXPORTED, remark="all-exported")
    return append(LogScope.of_actor(actor), Operation.LOG_EXPORTED, remark="rows-exported", filter=filters)
