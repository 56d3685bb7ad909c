"""Who is mailed a link to set a password, and how often: a stranger must not fill a mailbox.

Counted in the row of the user, so that all processes count together. No entry in the log: strangers ask for links.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User

LINK_EVERY = timedelta(minutes=1)


def claim_password_link(*, user: User) -> bool:
    """Take the one link that `user` may be mailed now. False: one was taken within the last minute."""
    now = timezone.now()
    is_due = Q(password_link_at__isnull=True) | Q(password_link_at__lte=now - LINK_EVERY)
    claimed: int = User.objects.filter(is_due, pk=user.pk).update(password_link_at=now)
    return claimed == 1
