"""Throttle of password reset mails, so that a stranger cannot flood a user's mailbox.

The time of the last link is stored with the user, so the throttle works across processes. It is not logged, because
anonymous people request links.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User

LINK_EVERY = timedelta(minutes=1)


def claim_password_link(*, user: User) -> bool:
    """Return True if `user` may be mailed a link now, and save the time. False within a minute of the last link."""
    now = timezone.now()
    is_due = Q(password_link_at__isnull=True) | Q(password_link_at__lte=now - LINK_EVERY)
    claimed: int = User.objects.filter(is_due, pk=user.pk).update(password_link_at=now)
    return claimed == 1
