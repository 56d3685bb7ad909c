"""What staff do with a request on behalf of a side, and how the answers of the operations read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from accounts.admin.reasons import Said, Verb, done, refused
from accounts.dates import moment_words
from accounts.models import User
from partners.eligibility import blockers
from partners.models import DisassociationRequest, Status
from partners.operations import Blocked, Done, Lost, approve, cancel, reject

CHANGE = "partners.change_disassociationrequest"


def _approve(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> Said:
    return _said(approve(actor=actor, request=request, reason=data["reason"]), request)


def _reject(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> Said:
    return _said(reject(actor=actor, request=request, reason=data["reason"]), request)


def _cancel(actor: User, request: DisassociationRequest, data: dict[str, Any]) -> Said:
    return _said(cancel(actor=actor, request=request, reason=data["reason"]), request)


def _said(answer: Done | Blocked | Lost, request: DisassociationRequest) -> Said:
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
    """What happened, by which side, when."""
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
