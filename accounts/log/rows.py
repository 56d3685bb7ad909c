"""Rows of the operation log as one tenant may read them, for the page and the CSV export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.log.sentences import name_of, remark_of
from accounts.models import Operation, OperationLogEntry, Side, Tenant, User
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
    words: str  # what happened or what was refused: a sentence with a place for `who`
    who: str  # its subject, as the reader calls it
    side: str
    operator: str
    reference: str
    href: str  # the page of the reference
    before: str
    after: str
    result: str
    remark: str


def readable_by(tenant: Tenant) -> OperationLogQuerySet:
    """Return the entries that the tenant may read, with the columns of a row alone, in one query."""
    return (
        OperationLogEntry.objects.of_tenant(tenant).select_related("actor__tenant", "customer", "partner").only(*SHOWN)
    )


def rows_for(reader: User, entries: Iterable[OperationLogEntry]) -> list[LogRow]:
    return [_row(reader, entry) for entry in entries]


def _row(reader: User, entry: OperationLogEntry) -> LogRow:
    other = entry.customer if Side.of(reader.tenant) == Side.PARTNER else entry.partner
    return LogRow(
        at=entry.at,
        counterparty=other.name if other else "",
        operation=entry.operation,
        words=Operation(entry.operation).words(entry.result),
        who=_who(reader, entry),
        side=entry.side,
        operator=_operator(reader, entry),
        reference=entry.reference,
        href=path_of(entry.reference),
        before=name_of("status", entry.status_before),
        after=name_of("status", entry.status_after),
        result=entry.result,
        remark=_remark(reader, entry),
    )


def _who(reader: User, entry: OperationLogEntry) -> str:
    """Return the subject of the sentence: "We" is the portal, the people of the other side are their organisation."""
    if entry.side == Side.SYSTEM:
        return _("We")
    if entry.actor == reader:
        return _("You")
    if entry.actor is not None and entry.actor.tenant_id == reader.tenant_id:
        return _("Your colleague %(username)s") % {"username": entry.actor.username}
    if entry.actor is None and entry.side == Side.of(reader.tenant):
        return _("Your organisation")
    return _operator(reader, entry)


def _operator(reader: User, entry: OperationLogEntry) -> str:
    """Name colleagues of the reader by role and username, everybody else by organisation only."""
    actor = entry.actor
    if entry.side == Side.SYSTEM:
        return str(settings.PRODUCT_NAME)
    if entry.side == Side.VENDOR or (actor is not None and actor.tenant is None):
        return str(settings.VENDOR_NAME)
    if actor is None or actor.tenant is None:
        side = entry.customer if entry.side == Side.CUSTOMER else entry.partner
        return side.name if side else ""
    if actor.tenant_id == reader.tenant_id:
        return f"{User.Role(actor.role).label} ({actor.username})"
    return actor.tenant.name


def _remark(reader: User, entry: OperationLogEntry) -> str:
    """Hide a remark with a phone number, masked or not, from readers of another tenant."""
    is_own = entry.actor is None or entry.actor.tenant_id == reader.tenant_id
    return remark_of(entry) if is_own or "number" not in entry.remark_data else ""
