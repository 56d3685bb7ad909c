"""Cancel an open request that neither side can end, by vendor staff with a reason."""

from django.db import transaction

from accounts.access import require_staff
from accounts.models import Operation, Side, User
from partners.models import DisassociationRequest, Status
from partners.operations.locking import lock_request
from partners.operations.moving import moved, too_late
from partners.operations.outcomes import Done, Lost


def cancel(*, actor: User, request: DisassociationRequest, reason: str) -> Done | Lost:
    """Cancel the request. It does not count towards the request limit."""
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        if not locked.is_open:
            return too_late(locked, Operation.CANCELLED, side=Side.VENDOR, actor=actor)
        return moved(locked, Status.CANCELLED, side=Side.VENDOR, actor=actor, reason=reason)
