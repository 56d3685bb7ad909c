"""Past requests of the demo data, with their log entries and notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.log.append import append
from accounts.models import Event, Operation, Side, Tenant, User
from partners.models import Association, DisassociationRequest, Policy, Statement, Status
from partners.operations.notices import notify_both_sides, request_scope
from portal.demo import cast


@dataclass(frozen=True)
class Past:
    """A request submitted `days` ago and, unless it is pending, decided `decided` days ago."""

    initiator: Side
    days: float
    reason: str
    status: Status = Status.PENDING
    decided: float = 0
    decision_reason: str = ""


PARTNER_ASKS = Past(Side.PARTNER, 2, "We no longer serve customers in your region.")
REJECTED = Past(
    Side.CUSTOMER,
    33,
    "We are bringing purchasing back in-house.",
    Status.REJECTED,
    31,
    "The migration of the shared backups is not finished. Please ask again when it is.",
)


def write(tenants: Mapping[str, Tenant], now: datetime) -> None:
    for customer in cast.CUSTOMERS:
        if "request-limit" in customer.blockers:
            _request(tenants[customer.tenant], REJECTED, now)
        if "open-request" in customer.blockers:
            _request(tenants[customer.tenant], PARTNER_ASKS, now)


def _request(customer: Tenant, past: Past, now: datetime) -> None:
    association = Association.objects.active().select_related("partner__tenant", "customer").get(customer=customer)
    policy, at = Policy.current(), now - timedelta(days=past.days)
    side = customer if past.initiator == Side.CUSTOMER else association.partner.tenant
    request = DisassociationRequest.objects.create(
        association=association,
        customer=customer,
        partner=association.partner,
        initiator=past.initiator,
        requested_by=User.objects.administrators_of(side).order_by("pk")[0],
        reason=past.reason,
        policy=policy,
        statement=Statement.current(),
        submitted_at=at,
        due_at=at + timedelta(days=policy.deadline_days),
        **_decision(past, now),
    )
    _record(request, past, at, now)


def _decision(past: Past, now: datetime) -> dict[str, Any]:
    if past.status == Status.PENDING:
        return {}
    decided_at = now - timedelta(days=past.decided)
    other = Side(past.initiator).opposite
    return {
        "status": past.status,
        "decided_at": decided_at,
        "decided_by": other,
        "decision_reason": past.decision_reason,
        "closed_at": decided_at,
    }


def _record(request: DisassociationRequest, past: Past, at: datetime, now: datetime) -> None:
    scope = request_scope(request, side=past.initiator, actor=request.requested_by)
    append(scope, Operation.REQUESTED, at=at, status_after=Status.PENDING)
    if past.status == Status.PENDING:
        notify_both_sides(Event.REQUESTED, request, actor=request.requested_by)
        return
    other = User.objects.administrators_of(request.customer, request.partner.tenant).exclude(
        tenant=request.requested_by.tenant
    )[0]
    append(
        request_scope(request, side=request.counterparty, actor=other),
        Operation.REJECTED,
        at=now - timedelta(days=past.decided),
        status_before=Status.PENDING,
        status_after=past.status,
        remark="reason",
        reason=past.decision_reason,
    )
