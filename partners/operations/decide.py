"""Approve or reject a request: an administrator of the counterparty does, or vendor staff with a reason."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import operation_log
from accounts.models import Event, Operation, Side, User
from partners.eligibility import blockers
from partners.models import DisassociationRequest, Status
from partners.operations.complete import end
from partners.operations.locking import acting_side, lock_request
from partners.operations.outcomes import Blocked, Done, Lost
from partners.operations.telling import reason_remark, request_scope, tell
from partners.reading import decision_checks


def approve(*, actor: User, request: DisassociationRequest, reason: str = "") -> Done | Blocked | Lost:
    """Approve, when the repeated checks all pass, and complete. Staff decide on behalf and give a reason.

    Checks that fail leave the request pending. What is approved for a later date is completed by the clock.
    """
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = _decider(actor, locked, reason)
        if locked.status != Status.PENDING:
            return _refuse(locked, side, actor, Operation.APPROVED)
        now = timezone.now()
        answers = decision_checks([locked], now)[locked.pk]
        if blockers(answers):
            _record_blocked(locked, side, actor, [answer.code for answer in blockers(answers)])
            return Blocked(answers)
        _move(locked, Status.APPROVED, side, actor, reason)
        if locked.effective_at is None or locked.effective_at <= now:
            end(locked, now)
    return Done(locked)


def reject(*, actor: User, request: DisassociationRequest, reason: str) -> Done | Lost:
    """Reject with a reason, which the other side reads. The association goes on."""
    if not reason.strip():
        raise ValueError("A rejection has a reason.")
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = _decider(actor, locked, reason)
        if locked.status != Status.PENDING:
            return _refuse(locked, side, actor, Operation.REJECTED)
        _move(locked, Status.REJECTED, side, actor, reason.strip())
    return Done(locked)


def refuse_rejection(*, actor: User, request: DisassociationRequest) -> Lost | None:
    """Record a rejection without a reason that can be shown; nothing is decided. Lost: it was too late anyway."""
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = acting_side(actor, locked, locked.counterparty)
        if locked.status != Status.PENDING:
            return _refuse(locked, side, actor, Operation.REJECTED)
        scope = request_scope(locked, side=side, actor=actor)
        operation_log.append_refusal(scope, Operation.REJECTED, remark="bad-reason")
    return None


def _decider(actor: User, request: DisassociationRequest, reason: str) -> Side:
    side = acting_side(actor, request, request.counterparty, Side.VENDOR)
    if side == Side.VENDOR and not reason.strip():
        raise PermissionDenied("Staff decide on behalf of a side only with a reason.")
    return side


def _move(request: DisassociationRequest, to: Status, side: Side, actor: User, reason: str) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"decided_at": now, "decided_by": side, "decision_reason": reason}
    changes |= {"complete_at": now} if to == Status.APPROVED else {"closed_at": now}
    if not request.move(to, **changes):
        raise RuntimeError("A locked request changed under its lock.")
    entry = operation_log.append(
        request_scope(request, side=side, actor=actor),
        Operation.APPROVED if to == Status.APPROVED else Operation.REJECTED,
        status_before=Status.PENDING,
        status_after=to,
        **reason_remark(reason),
    )
    tell(Event.APPROVED if to == Status.APPROVED else Event.REJECTED, request, entry=entry)


def _refuse(request: DisassociationRequest, side: Side, actor: User, operation: Operation) -> Lost:
    """Somebody was first: one refused entry, and the present state for the answer."""
    scope = request_scope(request, side=side, actor=actor)
    operation_log.append_refusal(scope, operation, remark="too-late", status=str(request.status))
    return Lost(request)


def _record_blocked(request: DisassociationRequest, side: Side, actor: User, codes: list[str]) -> None:
    scope = request_scope(request, side=side, actor=actor)
    operation_log.append_refusal(scope, Operation.APPROVED, remark="checks-block", checks=codes)
