"""Withdraw a request, by an administrator of the side that started it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Operation, Side, User
from partners.models import DisassociationRequest, Status
from partners.operations.locking import acting_side, lock_request
from partners.operations.moving import moved, too_late
from partners.operations.outcomes import Done, Lost

ONLY_SENDERS = _("Only administrators of the side that sent the request can withdraw it.")


def withdraw(*, actor: User, request: DisassociationRequest) -> Done | Lost:
    """Withdraw the request while it is pending, or approved with a future effective date."""
    with transaction.atomic(durable=True):
        locked = lock_request(request)
        side = acting_side(actor, locked, Side(locked.initiator), rule=ONLY_SENDERS)
        if not may_withdraw(locked):
            return too_late(locked, Operation.WITHDRAWN, side=side, actor=actor)
        return moved(locked, Status.WITHDRAWN, side=side, actor=actor)


def may_withdraw(request: DisassociationRequest) -> bool:
    """Return True if the request is pending, or approved with a future effective date."""
    is_for_later = request.status == Status.APPROVED and request.takes_effect_after(timezone.now())
    return request.status == Status.PENDING or is_for_later
