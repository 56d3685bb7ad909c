"""The state of a request in sentences for one reader: what happened, by which side, when, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.dates import time_element
from accounts.models import Side
from partners.eligibility import title_of
from partners.models import Association, DisassociationRequest, Status
from partners.presentation.reader import Reader


@dataclass(frozen=True)
class RequestState:
    """`at` is when the request got this status. `text` may contain a `<time>`; the rest of it is escaped."""

    tone: str  # info, good, warn or bad
    glyph: str
    title: str
    text: str
    at: datetime
    reason: str = ""


def state_of(request: DisassociationRequest, reader: Reader) -> RequestState:
    """Return the state for the request's current status."""
    return _STATES[Status(request.status)](request, reader)


def blocker_titles(request: DisassociationRequest) -> str:
    """Return the titles of the checks that block the completion."""
    return ", ".join(title_of(code) for code in request.blocked_by)


def stored_answers(request: DisassociationRequest) -> list[dict[str, Any]]:
    """Return the answers at the submission: code, result, data. All of them passed."""
    stored = request.answers
    answers: list[dict[str, Any]] = stored.get("answers", []) if isinstance(stored, dict) else stored
    return answers


def _pending(request: DisassociationRequest, reader: Reader) -> RequestState:
    mine, overdue = reader.started(request), request.due_at <= timezone.now()
    if overdue:
        text = _("The decision was due by {when}. {vendor} sees the request as overdue.")
    elif mine:
        text = _("They have until {when}. If nobody decides by then, {vendor} sees the request as overdue.")
    else:
        text = _(
            "One of your administrators must approve or reject the request by {when}. "
            "If nobody decides by then, {vendor} sees it as overdue."
        )
    words = format_html(text, when=time_element(request.due_at), vendor=settings.VENDOR_NAME)
    tone = "warn" if overdue or not mine else "info"
    return RequestState(tone, "clock", _pending_title(request, reader), words, request.submitted_at, request.reason)


def _pending_title(request: DisassociationRequest, reader: Reader) -> str:
    names = {"other": reader.other_name(request)}
    if reader.started(request):
        return _("You asked to end the association. %(other)s decides") % names
    if reader.side == Side.PARTNER:
        return _("%(other)s asks to disassociate") % names
    return _("%(other)s asks to end the association") % names


def _approved(request: DisassociationRequest, reader: Reader) -> RequestState:
    at = request.decided_at or request.submitted_at
    if request.decided_by == Side.SYSTEM:
        title = _("The request is approved. A referral needs no consent")
    else:
        title = _("%(who)s approved the request") % {"who": _who(request, reader)}
    if not request.blocked_by:
        text = _("We run the checks again. When they pass, the association ends, and we notify you.")
        return RequestState("info", "clock", title, text, at)
    title = _("Approved, but blocked by: %(checks)s") % {"checks": blocker_titles(request)}
    text = format_html(
        _("The association continues until this is settled. We run the checks every hour, next at {when}."),
        when=time_element(request.complete_at),
    )
    return RequestState("warn", "warning", title, text, at)


def _completed(request: DisassociationRequest, reader: Reader) -> RequestState:
    names = {"other": reader.other_name(request), "vendor": settings.VENDOR_NAME}
    title = _("The association with %(other)s has ended") % names
    text = _("%(other)s is no longer your customer.") % names
    if reader.side == Side.CUSTOMER and request.association.model == Association.Model.RESELLER:
        text = _("%(vendor)s bills you from now on. Add a payment method, or your services will stop.") % names
    elif reader.side == Side.CUSTOMER:
        text = _("%(vendor)s continues to bill you. You do not need to do anything.") % names
    return RequestState("good", "passed", title, text, _closed(request))


def _rejected(request: DisassociationRequest, reader: Reader) -> RequestState:
    title = _("%(who)s rejected the request") % {"who": _who(request, reader)}
    return RequestState(
        "bad", "failed", title, _("The association continues."), _closed(request), request.decision_reason
    )


def _withdrawn(request: DisassociationRequest, reader: Reader) -> RequestState:
    who = reader.names(request)[request.initiator]
    title = _("%(who)s withdrew the request") % {"who": who}
    return RequestState("info", "info", title, _("The association continues."), _closed(request))


def _expired(request: DisassociationRequest, _reader: Reader) -> RequestState:
    text = _("Nobody decided in time. The association continues. The request does not count towards the limit.")
    return RequestState("warn", "clock", _("The request expired"), text, _closed(request))


def _cancelled(request: DisassociationRequest, _reader: Reader) -> RequestState:
    title = _("%(who)s cancelled the request") % {"who": settings.VENDOR_NAME}
    text = _("The association continues. The request does not count towards the limit.")
    return RequestState("warn", "info", title, text, _closed(request), request.decision_reason)


def _who(request: DisassociationRequest, reader: Reader) -> str:
    return reader.names(request).get(request.decided_by, settings.VENDOR_NAME)


def _closed(request: DisassociationRequest) -> datetime:
    return request.closed_at or request.submitted_at


_STATES: dict[Status, Callable[[DisassociationRequest, Reader], RequestState]] = {
    Status.PENDING: _pending,
    Status.APPROVED: _approved,
    Status.COMPLETED: _completed,
    Status.REJECTED: _rejected,
    Status.WITHDRAWN: _withdrawn,
    Status.EXPIRED: _expired,
    Status.CANCELLED: _cancelled,
}
