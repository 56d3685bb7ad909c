"""Data of the page of a request, for each side, from the receipt to the final status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Side, Tenant
from accounts.notifications.receipts import Receipt
from partners.eligibility import START_ONLY, Answer, AnswerResult, add_months, passed_words, title_of
from partners.models import DisassociationRequest
from partners.operations.withdraw import may_withdraw
from partners.presentation.rail import Rail, rail_of
from partners.presentation.reader import Reader
from partners.presentation.state import RequestState, state_of, stored_answers
from partners.presentation.thread import ThreadItem, thread_of
from partners.queries.rules import vendor_zone


@dataclass(frozen=True)
class RequestPage:
    request: DisassociationRequest
    title: str
    state: RequestState
    is_receipt: bool  # shown to the side that submitted it
    receipt_note: str
    rail: Rail | None
    thread: tuple[ThreadItem, ...]
    other_name: str
    other: Tenant
    contact: Tenant | None  # the other side, whose masked contact data the reader may see; None after the end
    has_code: bool  # confirmed by a code, and the statement accepted
    answers: tuple[Answer, ...]  # at the submission, as far as this reader may see them
    may_withdraw: bool
    withdrawal_counts: bool  # towards the limit of requests
    next_request_at: datetime | None
    may_decide: bool
    shown_at: datetime


def request_page(request: DisassociationRequest, reader: Reader, receipts: list[Receipt]) -> RequestPage:
    other = request.customer if reader.side == Side.PARTNER else request.partner.tenant
    return RequestPage(
        request=request,
        title=_title(request, reader),
        state=state_of(request, reader),
        is_receipt=reader.started(request) and (request.status == "pending" or _went_through(request)),
        receipt_note=_receipt_note(request, reader),
        rail=rail_of(request, reader),
        thread=thread_of(request, reader, receipts),
        other_name=other.name,
        other=other,
        contact=other if request.association.is_active else None,
        has_code=bool(request.verified_number),
        answers=_answers(request, reader),
        may_withdraw=reader.is_administrator and reader.started(request) and may_withdraw(request),
        withdrawal_counts=_withdrawal_counts(request),
        next_request_at=_next_request_at(request),
        may_decide=reader.may_decide(request),
        shown_at=timezone.now(),
    )


def _title(request: DisassociationRequest, reader: Reader) -> str:
    names = {"other": reader.other_name(request)}
    match reader.side, reader.started(request), request.is_open:
        case Side.CUSTOMER, True, _is_open:
            words = _("Request to disassociate from %(other)s")
        case Side.CUSTOMER, False, True:
            words = _("%(other)s asks to end the association")
        case Side.CUSTOMER, False, False:
            words = _("%(other)s asked to end the association")
        case _side, True, _is_open:
            words = _("Request to end the association with %(other)s")
        case _side, False, True:
            words = _("%(other)s asks to disassociate")
        case _:
            words = _("%(other)s asked to disassociate")
    return words % names


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
