"""Rows of the operation log as one tenant may read them, for the page and the CSV export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.log.sentences import name_of, remark_of
from accounts.models import OperationLogEntry, Result, Side, Tenant, User
from accounts.models.operation_log import OperationLogQuerySet
from accounts.references import path_of

SHOWN = (
    *("at", "operation", "result", "side", "reference", "status_before", "status_after", "remark_word", "remark_data"),
    *("actor__username", "actor__role", "actor__tenant__name", "customer__name", "partner__name"),
)


@dataclass(frozen=True)
class LogRow:
    """`counterparty` is the partner for a customer and the customer for a partner; empty if only one side is named."""

    at: datetime
    counterparty: str
    operation: str
    sentence: str  # what happened, or what was refused
    side: str
    side_label: str
    operator: str
    reference: str
    href: str  # the page of the reference
    before: str
    after: str
    result: str
    result_label: str
    remark: str


def readable_by(tenant: Tenant) -> OperationLogQuerySet:
    """Return the entries that the tenant may read, with the columns of a row alone, in one query."""
    return (
        OperationLogEntry.objects.of_tenant(tenant).select_related("actor__tenant", "customer", "partner").only(*SHOWN)
    )


def rows_for(reader: Tenant, entries: Iterable[OperationLogEntry]) -> list[LogRow]:
    return [_row(reader, entry) for entry in entries]


def _row(reader: Tenant, entry: OperationLogEntry) -> LogRow:
    other = entry.customer if reader.is_partner else entry.partner
    return LogRow(
        at=entry.at,
        counterparty=other.name if other else "",
        operation=entry.operation,
        sentence=entry.sentence,
        side=entry.side,
        side_label=str(Side(entry.side).label),
        operator=_operator(reader, entry),
        reference=entry.reference,
        href=path_of(entry.reference),
        before=name_of("status", entry.status_before),
        after=name_of("status", entry.status_after),
        result=entry.result,
        result_label=str(Result(entry.result).label),
        remark=_remark(reader, entry),
    )


def _operator(reader: Tenant, entry: OperationLogEntry) -> str:
    """Name colleagues of the reader by role and username, everybody else by organisation only."""
    actor = entry.actor
    if entry.side == Side.SYSTEM:
        return str(settings.PRODUCT_NAME)
    if entry.side == Side.VENDOR or (actor is not None and actor.tenant is None):
        return str(settings.VENDOR_NAME)
    if actor is None or actor.tenant is None:
        side = entry.customer if entry.side == Side.CUSTOMER else entry.partner
        return side.name if side else ""
    if actor.tenant_id == reader.pk:
        return f"{User.Role(actor.role).label} ({actor.username})"
    return actor.tenant.name


def _remark(reader: Tenant, entry: OperationLogEntry) -> str:
    """Hide a remark with a phone number, masked or not, from readers of another tenant."""
    is_own = entry.actor is None or entry.actor.tenant_id == reader.pk
    return remark_of(entry) if is_own or "number" not in entry.remark_data else ""
