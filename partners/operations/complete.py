"""Complete an approved request: end the association. Idempotent; the clock retries it until it succeeds."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.log.append import append
from accounts.models import Event, Operation, Result, Side, User
from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest, Status
from partners.operations.association import end_association
from partners.operations.locking import lock_to_end
from partners.operations.moving import moved
from partners.operations.notices import notify_both_sides, request_scope
from partners.operations.outcomes import Blocked, Done, Lost
from partners.queries.checks import decision_checks

RETRY_AFTER = timedelta(hours=1)


def complete(*, request: DisassociationRequest, now: datetime | None = None) -> Done | Blocked | Lost:
    """Run the checks again and end the association of an approved request, or return what blocks it.

    Return Lost and do nothing if the request is not approved (any more), or its effective date is in the future.
    """
    with transaction.atomic(durable=True):
        locked, now = lock_to_end(request), now or timezone.now()
        if locked.status != Status.APPROVED or locked.takes_effect_after(now):
            return Lost(locked)
        answers = decision_checks([locked], now)[locked.pk]
        if blockers(answers):
            _postpone(locked, blockers(answers), now)
            return Blocked(answers)
        return end(locked, now)


def end(request: DisassociationRequest, now: datetime, *, approver: User | None = None) -> Done:
    """End the association. The request is approved, locked by lock_to_end, and has just passed the checks.

    `approver` is the user whose approval ends it at once: the notice of the end is the only one that they get.
    """
    limit = end_association(association=request.association, side=Side(request.initiator), at=now)
    remark, data = ("credit-limit-ended", {"limit": str(limit)}) if limit else ("", {})
    return moved(
        request,
        Status.COMPLETED,
        side=Side.SYSTEM,
        actor=None,
        approver=approver,
        at=now,
        remark=remark,
        data=data,
        blocked_by=[],
    )


def _postpone(request: DisassociationRequest, found: tuple[Answer, ...], now: datetime) -> None:
    """Retry in an hour, and notify both sides once per new blocker. The request stays approved."""
    codes = [answer.code for answer in found]
    new = [answer for answer in found if answer.code not in request.blocked_told]
    notified = [*request.blocked_told, *(answer.code for answer in new)]
    DisassociationRequest.objects.filter(pk=request.pk).update(
        blocked_by=codes, blocked_told=notified, complete_at=now + RETRY_AFTER
    )
    if not new:
        return
    append(
        request_scope(request, side=Side.SYSTEM, actor=None),
        Operation.BLOCKED,
        result=Result.FAILED,
        status_before=Status.APPROVED,
        status_after=Status.APPROVED,
        remark="checks-block",
        checks=codes,
    )
    notify_both_sides(Event.BLOCKED, request, actor=None, blocked=new, ordinal=len(notified))
