"""Queue an e-mail with a link to set a password, at most one a minute, so that nobody can flood a mailbox.

The time of the last link is stored with the user, so the limit works across processes. It is not logged, because
anonymous people request links.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.notifications.outbox import queue_password_link

LINK_EVERY = timedelta(minutes=1)


@transaction.atomic(durable=True)
def send_password_link(*, user: User) -> bool:
    """Queue the e-mail. Return False within a minute of the last one, and queue nothing."""
    now = timezone.now()
    is_due = Q(password_link_at__isnull=True) | Q(password_link_at__lte=now - LINK_EVERY)
    is_claimed: bool = User.objects.filter(is_due, pk=user.pk).update(password_link_at=now) == 1
    if is_claimed:
        queue_password_link(user, now)
    return is_claimed
