"""Rows of the partner's Process page: requests to decide, requests that wait for others, closed requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Side
from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest, Status
from partners.presentation.reader import Reader
from partners.presentation.state import blocker_titles


@dataclass(frozen=True)
class PartnerProcessRow:
    request: DisassociationRequest
    customer_name: str
    customer_key: str
    is_overdue: bool
    is_urgent: bool
    blockers: tuple[Answer, ...]  # of now
    waits_for: str
    started_by: str


def rows_of(
    requests: Iterable[DisassociationRequest],
    reader: Reader,
    now: datetime,
    answers: dict[int, tuple[Answer, ...]] | None = None,
) -> tuple[PartnerProcessRow, ...]:
    """Return the rows. `answers` are the current checks by request, for the list that shows them."""
    return tuple(_row(request, reader, now, (answers or {}).get(request.pk, ())) for request in requests)


def _row(
    request: DisassociationRequest, reader: Reader, now: datetime, answers: tuple[Answer, ...]
) -> PartnerProcessRow:
    return PartnerProcessRow(
        request=request,
        customer_name=request.customer.name,
        customer_key=request.customer.key,
        is_overdue=request.due_at <= now,
        is_urgent=(request.due_at - now).days < 3,
        blockers=blockers(answers),
        waits_for=_waits_for(request),
        started_by=_("You") if reader.started(request) else str(Side(request.initiator).label),
    )


def _waits_for(request: DisassociationRequest) -> str:
    if request.status == Status.PENDING:
        return _("The customer's decision")
    if request.blocked_by:
        return blocker_titles(request)
    return _("The last check")
