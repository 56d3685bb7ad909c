"""Mark a request as seen and log it. This is the only entry that a GET request makes."""

from django.db import transaction
from django.utils import timezone

from accounts.log.append import append
from accounts.models import Operation, Side, User
from partners.models import DisassociationRequest
from partners.operations.locking import lock_request
from partners.operations.notices import request_scope


def mark_seen(*, actor: User, request: DisassociationRequest) -> bool:
    """Save when an administrator of the counterparty first opened the request. Return True if this was that time."""
    if not _is_first_look(actor, request):
        return False
    with transaction.atomic(durable=True):
        locked, now = lock_request(request), timezone.now()
        if not _is_first_look(actor, locked):
            return False
        DisassociationRequest.objects.filter(pk=locked.pk).update(seen_at=now)
        scope = request_scope(locked, side=locked.counterparty, actor=actor)
        append(scope, Operation.SEEN, status_before=locked.status, status_after=locked.status)
    request.seen_at = now
    return True


def _is_first_look(actor: User, request: DisassociationRequest) -> bool:
    if request.seen_at is not None or not request.is_open or actor.tenant is None or not actor.is_administrator:
        return False
    sides = (request.customer_id, request.partner.tenant_id)
    return actor.tenant_id in sides and Side.of(actor.tenant) == request.counterparty
