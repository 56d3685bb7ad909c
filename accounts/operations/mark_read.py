"""Mark notifications of a user's inbox as read. This is not logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, User


def mark_read(*, actor: User, until: datetime, reference: str | None = None) -> int:
    """Mark the notifications created up to `until` and return how many were unread.

    With `reference`, only those about that request, or with "" those about the account. Their page calls this at every
    GET, and most of the time it finds nothing: so it looks first, and writes only if there is something to mark.
    """
    unread = Notification.objects.inbox_of(actor).unread().filter(created_at__lte=until)
    if reference is not None:
        unread = unread.filter(reference=reference)
    if not unread.exists():
        return 0
    with transaction.atomic(durable=True):
        return unread.update(read_at=timezone.now())
