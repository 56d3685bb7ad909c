"""A row of a list on the Process page of either side: a request with one sentence, its time and its tag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.dates import days_left
from accounts.models import Side, Tenant
from partners.models import DisassociationRequest, Status
from partners.presentation.reader import Reader
from partners.presentation.state import blocker_titles, state_of


@dataclass(frozen=True)
class ProcessRow:
    request: DisassociationRequest
    other: Tenant
    title: str
    what: str  # happened at `at`
    at: datetime
    due_at: datetime | None  # while a decision is due
    left: str
    reason: str
    tone: str
    tag: str
    may_decide: bool


def open_row(request: DisassociationRequest, reader: Reader) -> ProcessRow:
    """Return the row of an open request."""
    is_pending, may_decide = request.status == Status.PENDING, reader.may_decide(request)
    tone, tag = ("waiting", _("Waiting for you")) if may_decide else _progress(request)
    return ProcessRow(
        request=request,
        other=_other(request, reader),
        title=state_of(request, reader).title if reader.side == Side.CUSTOMER else request.customer.name,
        what=_what(request, reader),
        at=request.submitted_at if is_pending else request.decided_at or request.submitted_at,
        due_at=request.due_at if is_pending else None,
        left=days_left(request.due_at) if is_pending else "",
        reason=request.reason if may_decide else "",
        tone=tone,
        tag=tag,
        may_decide=may_decide,
    )


def closed_row(request: DisassociationRequest, reader: Reader) -> ProcessRow:
    """Return the row of a request that is over."""
    state, is_customer = state_of(request, reader), reader.side == Side.CUSTOMER
    return ProcessRow(
        request=request,
        other=_other(request, reader),
        title=state.title if is_customer else request.customer.name,
        what="" if is_customer else state.title,
        at=state.at,
        due_at=None,
        left="",
        reason=state.reason,
        tone=request.status,
        tag=str(Status(request.status).label),
        may_decide=False,
    )


def _other(request: DisassociationRequest, reader: Reader) -> Tenant:
    return request.partner.tenant if reader.side == Side.CUSTOMER else request.customer


def _what(request: DisassociationRequest, reader: Reader) -> str:
    if request.status == Status.APPROVED and request.blocked_by:
        return _("Blocked by: %(checks)s, approved") % {"checks": blocker_titles(request)}
    if request.status == Status.APPROVED:
        return _("The last check runs, approved")
    return _("You asked") if reader.started(request) else _("Sent")


def _progress(request: DisassociationRequest) -> tuple[str, str]:
    if request.status == Status.APPROVED:
        return request.status, str(Status.APPROVED.label)
    return (request.status, _("Seen")) if request.seen_at else ("none", _("Sent"))
