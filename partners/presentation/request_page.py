"""Data of the page of a request, for each side, from the receipt to the final status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Side, Tenant
from accounts.notifications.receipts import Receipt
from partners.eligibility import START_ONLY, Answer, AnswerResult, add_months, passed_words, title_of
from partners.models import DisassociationRequest
from partners.operations.withdraw import may_withdraw
from partners.presentation.reader import Reader
from partners.presentation.state import RequestState, state_of, stored_answers
from partners.presentation.timeline import Step, timeline_of
from partners.queries.rules import vendor_zone


@dataclass(frozen=True)
class RequestPage:
    request: DisassociationRequest
    state: RequestState
    is_receipt: bool  # shown to the side that submitted it, with who must act now
    receipt_note: str
    other_name: str
    vendor: str
    timeline: tuple[Step, ...]
    customer: Tenant
    partner: Tenant
    contact: (
        Tenant | None
    )  # the other side, to show its masked contact data; None if the reader may not see it any more
    submitted_by: str
    verified_by: str
    answers: tuple[Answer, ...]  # at the submission, as far as this reader may see them
    receipts: list[Receipt]
    may_withdraw: bool
    withdrawal_counts: bool  # towards the limit of requests
    next_request_at: datetime | None
    may_decide: bool
    names: Mapping[str, str]


def request_page(request: DisassociationRequest, reader: Reader, receipts: list[Receipt]) -> RequestPage:
    return RequestPage(
        request=request,
        state=state_of(request, reader),
        is_receipt=reader.started(request) and (request.status == "pending" or _went_through(request)),
        receipt_note=_receipt_note(request, reader),
        other_name=reader.other_name(request),
        vendor=settings.VENDOR_NAME,
        timeline=timeline_of(request, reader),
        customer=request.customer,
        partner=request.partner.tenant,
        contact=_contact(request, reader),
        submitted_by=_submitted_by(request, reader),
        verified_by=_verified_by(request, reader),
        answers=_answers(request, reader),
        receipts=receipts,
        may_withdraw=reader.is_administrator and reader.started(request) and may_withdraw(request),
        withdrawal_counts=_withdrawal_counts(request),
        next_request_at=_next_request_at(request),
        may_decide=reader.may_decide(request),
        names=reader.names(request),
    )


def _went_through(request: DisassociationRequest) -> bool:
    """True if the request needed no consent and no check blocks it."""
    return request.decided_by == Side.SYSTEM and not request.blocked_by


def _receipt_note(request: DisassociationRequest, reader: Reader) -> str:
    if _went_through(request):
        state = state_of(request, reader)
        return f"{state.title}. {state.text}"
    if reader.side == Side.CUSTOMER:
        return _(
            "Nothing has changed yet. After your partner completes the processing, you will be notified of the result."
        )
    return _(
        "Nothing has changed yet. After the customer completes the processing, you will be notified of the result."
    )


def _submitted_by(request: DisassociationRequest, reader: Reader) -> str:
    if reader.started(request):
        return _("one of your administrators")
    return _("an administrator of %(name)s") % {"name": reader.other_name(request)}


def _contact(request: DisassociationRequest, reader: Reader) -> Tenant | None:
    """Each side sees the other's contact data only while the association is active."""
    if not request.association.is_active:
        return None
    return request.partner.tenant if reader.side == Side.CUSTOMER else request.customer


def _verified_by(request: DisassociationRequest, reader: Reader) -> str:
    """Show the masked number only to the side that it belongs to."""
    if not request.verified_number:
        return ""
    if not reader.started(request):
        return _("Text message code")
    return _("Text message code to %(number)s") % {"number": request.verified_number}


def _answers(request: DisassociationRequest, reader: Reader) -> tuple[Answer, ...]:
    """Return the answers at the submission. Checks of the start are only shown to the side that started it."""
    return tuple(
        Answer(row["code"], title_of(row["code"]), AnswerResult(row["result"]), _found(row))
        for row in stored_answers(request)
        if reader.started(request) or row["code"] not in START_ONLY
    )


def _found(row: Mapping[str, Any]) -> str:
    """Return the sentence of a stored answer. Older requests stored the sentence instead of the data."""
    return passed_words(row["code"], row["data"]) if "data" in row else str(row.get("message", ""))


def _withdrawal_counts(request: DisassociationRequest) -> bool:
    return request.initiator == Side.CUSTOMER and request.policy.counts_withdrawn


def _next_request_at(request: DisassociationRequest) -> datetime | None:
    """Return when the customer may start again after a withdrawal. Only known if the limit is one request."""
    policy = request.policy
    if request.initiator != Side.CUSTOMER or not policy.counts_withdrawn or policy.request_limit != 1:
        return None
    return add_months(request.submitted_at, policy.request_window_months, vendor_zone())
