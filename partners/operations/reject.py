"""Reject a request with a reason, by an administrator of the counterparty or by vendor staff on its behalf."""

from django.db import transaction

from accounts.models import Operation, User
from partners.models import DisassociationRequest, Status
from partners.operations.locking import deciding_side, lock_request
from partners.operations.moving import moved, too_late
from partners.operations.outcomes import Done, Lost


def reject(*, actor: User, request: DisassociationRequest, reason: str) -> Done | Lost:
    """Reject with a reason, which the other side reads (ValueError without one). The association continues."""
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = deciding_side(actor, locked, reason)
        if not reason.strip():
            raise ValueError("A rejection has a reason.")
        if locked.status != Status.PENDING:
            return too_late(locked, Operation.REJECTED, side=side, actor=actor)
        return moved(locked, Status.REJECTED, side=side, actor=actor, reason=reason.strip())
