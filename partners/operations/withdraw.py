"""Withdraw a request: any administrator of the side that started it, or cancel it: vendor staff, with a reason."""

from django.db import transaction
from django.utils import timezone

from accounts import operation_log
from accounts.models import Event, Operation, Side, User
from partners.models import DisassociationRequest, Status
from partners.operations.locking import acting_side, lock_request
from partners.operations.outcomes import Done, Lost
from partners.operations.telling import reason_remark, request_scope, tell


def withdraw(*, actor: User, request: DisassociationRequest) -> Done | Lost:
    """Take the request back: while it is pending, or approved for a date that has not come."""
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = acting_side(actor, locked, Side(locked.initiator))
        if not may_withdraw(locked):
            return _lost(locked, side, actor, Operation.WITHDRAWN)
        return _close(locked, Status.WITHDRAWN, side, actor, Operation.WITHDRAWN, Event.WITHDRAWN)


def cancel(*, actor: User, request: DisassociationRequest, reason: str) -> Done | Lost:
    """Staff end an open request that neither side can end; it does not count for the limit."""
    if not reason.strip():
        raise ValueError("A cancellation has a reason.")
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = acting_side(actor, locked, Side.VENDOR)
        if not locked.is_open:
            return _lost(locked, side, actor, Operation.CANCELLED)
        return _close(locked, Status.CANCELLED, side, actor, Operation.CANCELLED, Event.CANCELLED, reason.strip())


def may_withdraw(request: DisassociationRequest) -> bool:
    """Pending, or approved with an effective date still to come."""
    waits = request.effective_at is not None and request.effective_at > timezone.now()
    return request.status == Status.PENDING or (request.status == Status.APPROVED and waits)


def _close(
    request: DisassociationRequest,
    to: Status,
    side: Side,
    actor: User,
    operation: Operation,
    event: Event,
    reason: str = "",
) -> Done:
    before, now = str(request.status), timezone.now()
    changes: dict[str, object] = {"closed_at": now, "complete_at": None}
    if reason:
        changes |= {"decided_by": side, "decided_at": now, "decision_reason": reason}
    if not request.move(to, **changes):
        raise RuntimeError("A locked request changed under its lock.")
    entry = operation_log.append(
        request_scope(request, side=side, actor=actor),
        operation,
        status_before=before,
        status_after=to,
        **reason_remark(reason),
    )
    tell(event, request, entry=entry)
    return Done(request)


def _lost(request: DisassociationRequest, side: Side, actor: User, operation: Operation) -> Lost:
    scope = request_scope(request, side=side, actor=actor)
    operation_log.append_refusal(scope, operation, remark="too-late", status=str(request.status))
    return Lost(request)
