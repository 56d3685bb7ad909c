"""Admin verbs for requests, on behalf of a side: approve, reject, cancel, and the messages about their outcome."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from accounts.admin.reasons import StaffMessage, Verb, done, refused
from accounts.dates import moment_words
from accounts.models import User
from partners.eligibility import blockers
from partners.models import DisassociationRequest, Status
from partners.operations.approve import approve
from partners.operations.cancel import cancel
from partners.operations.outcomes import Blocked, Done, Lost
from partners.operations.reject import reject

CHANGE = "partners.change_disassociationrequest"


def _approve(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> StaffMessage:
    return _message(approve(actor=actor, request=request, reason=data["reason"]), request)


def _reject(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> StaffMessage:
    return _message(reject(actor=actor, request=request, reason=data["reason"]), request)


def _cancel(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> StaffMessage:
    return _message(cancel(actor=actor, request=request, reason=data["reason"]), request)


def _message(answer: Done | Blocked | Lost, request: DisassociationRequest) -> StaffMessage:
    names = {"reference": request.reference}
    if isinstance(answer, Done):
        return done(
            _("%(reference)s now has the status “%(status)s”.")
            % (names | {"status": answer.request.get_status_display()})
        )
    if isinstance(answer, Lost):
        return refused(_too_late(answer.request))
    checks = ", ".join(answer.title for answer in blockers(answer.answers))
    return refused(_("%(reference)s is still pending, because %(checks)s did not pass.") % (names | {"checks": checks}))


def _too_late(request: DisassociationRequest) -> str:
    """Return what happened, by which side and when."""
    at = request.closed_at or request.decided_at
    names = {
        "reference": request.reference,
        "status": request.get_status_display(),
        "side": request.get_decided_by_display() or request.get_initiator_display(),
        "at": moment_words(at) if at else "",
    }
    return _("We did not change %(reference)s. It already had its result: %(status)s, by %(side)s, %(at)s.") % names


def _is_pending(request: DisassociationRequest) -> bool:
    return request.status == Status.PENDING


APPROVE = Verb(
    word="approve",
    label=gettext_lazy("Approve on behalf"),
    explanation=gettext_lazy(
        "You decide for the side that was asked. We run the checks again. If all pass, the association ends at once."
    ),
    permission=CHANGE,
    run=_approve,
    applies=_is_pending,
)
REJECT = Verb(
    word="reject",
    label=gettext_lazy("Reject on behalf"),
    explanation=gettext_lazy("You decide for the side that was asked. The association continues."),
    permission=CHANGE,
    run=_reject,
    applies=_is_pending,
)
CANCEL = Verb(
    word="cancel",
    label=gettext_lazy("Cancel request"),
    explanation=gettext_lazy("The request ends without a decision. It does not count towards the customer's limit."),
    permission=CHANGE,
    run=_cancel,
    applies=lambda request: request.is_open,
)
