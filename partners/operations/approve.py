"""Approve a request, by an administrator of the counterparty, or by vendor staff on its behalf with a reason."""

from django.db import transaction
from django.utils import timezone

from accounts.log.append import append_refusal
from accounts.models import Operation, Side, User
from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest, Status
from partners.operations.complete import end
from partners.operations.locking import deciding_side, lock_to_end
from partners.operations.moving import moved, too_late
from partners.operations.notices import request_scope
from partners.operations.outcomes import Blocked, Done, Lost
from partners.queries.checks import decision_checks


def approve(*, actor: User, request: DisassociationRequest, reason: str = "") -> Done | Blocked | Lost:
    """Run the checks again. If all pass, approve, and end the association unless the effective date is in the future.

    If a check blocks, the request stays pending.
    """
    with transaction.atomic(durable=True):
        locked, now = lock_to_end(request), timezone.now()
        side = deciding_side(actor, locked, reason)
        if locked.status != Status.PENDING:
            return too_late(locked, Operation.APPROVED, side=side, actor=actor)
        answers = decision_checks([locked], now)[locked.pk]
        if blockers(answers):
            return _blocked(locked, answers, side, actor)
        approved = moved(locked, Status.APPROVED, side=side, actor=actor, reason=reason.strip(), at=now)
        return approved if locked.takes_effect_after(now) else end(locked, now, approver=actor)


def _blocked(request: DisassociationRequest, answers: tuple[Answer, ...], side: Side, actor: User) -> Blocked:
    scope, codes = request_scope(request, side=side, actor=actor), [answer.code for answer in blockers(answers)]
    append_refusal(scope, Operation.APPROVED, remark="checks-block", checks=codes)
    return Blocked(answers)
