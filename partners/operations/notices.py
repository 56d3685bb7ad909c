"""Log scopes and notices of requests and associations, for the operations."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.log.append import LogScope
from accounts.models import Channel, Event, OperationLogEntry, Side, User
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.notifications.outbox import notify
from partners.eligibility import Answer
from partners.models import Association, DisassociationRequest


def notify_both_sides(
    event: Event,
    request: DisassociationRequest,
    *,
    actor: User | None,
    entry: OperationLogEntry | None = None,
    blocked: Iterable[Answer] = (),
    ordinal: int = 0,
    channels: tuple[Channel, ...] = OTHER_CHANNELS,
) -> None:
    """Queue a notice to the administrators of both sides, in the caller's transaction. It shows the hash of `entry`."""
    notify(
        event,
        subject=request.reference,
        reference=request.reference,
        recipients=User.objects.administrators_of(request.customer_id, request.partner.tenant_id),
        channels=channels,
        context=_context(request, entry, blocked),
        actor=actor,
        ordinal=ordinal,
    )


def _context(
    request: DisassociationRequest, entry: OperationLogEntry | None, blocked: Iterable[Answer]
) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "customer_name": request.customer.name,
        "partner_name": request.partner.tenant.name,
        "vendor_name": settings.VENDOR_NAME,
        "initiator": str(request.initiator),
        "model": str(request.association.model),
        "reason": request.reason,
        "decision_reason": request.decision_reason,
        "decided_by": str(request.decided_by),
        "submitted_at": request.submitted_at.isoformat(),
        "due_at": request.due_at.isoformat(),
        "effective_at": request.effective_at.isoformat() if request.effective_at else "",
        "blockers": [answer.code for answer in blocked],
        "log_hash": entry.hash if entry else "",
        "url": settings.PUBLIC_URL + reverse("partners:request", args=[request.reference]),
    }


def association_scope(association: Association, *, side: Side, actor: User | None) -> LogScope:
    """Return the log scope of an association, for entries without a request."""
    return LogScope(association.chain, side, actor, association.customer, association.partner.tenant)


def request_scope(request: DisassociationRequest, *, side: Side, actor: User | None) -> LogScope:
    return LogScope(request.association.chain, side, actor, request.customer, request.partner.tenant, request.reference)
