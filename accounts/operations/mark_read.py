"""Mark the notifications of a user's inbox as read. This is not logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, User


@transaction.atomic(durable=True)
def mark_read(*, actor: User, until: datetime) -> int:
    """Mark the notifications created up to `until` and return how many were unread."""
    return Notification.objects.inbox_of(actor).unread().filter(created_at__lte=until).update(read_at=timezone.now())
