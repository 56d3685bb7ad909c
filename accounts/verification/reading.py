"""What the code page asks: is there a code to enter, and when may the next one be sent?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import Challenge, Purpose, SmsDevice, User
from accounts.verification import limits
from accounts.verification.answers import Limited


@dataclass(frozen=True)
class ResendOutlook:
    """`limited` None: a new code can be sent now."""

    resends_left: int
    limited: Limited | None


def live_challenge(user: User, purpose: Purpose) -> Challenge | None:
    """Return the code that can be entered now, with its device: not ended, not expired."""
    open_one = newest_open(user, purpose)
    return open_one if open_one is not None and timezone.now() < open_one.expires_at else None


def newest_open(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest code of these purposes while nothing ended it. It may have expired."""
    found = Challenge.objects.open().filter(user=user, purpose__in=purposes).select_related("device", "user")
    return found.order_by("-created_at").first()


def resend_outlook(challenge: Challenge, now: datetime | None = None) -> ResendOutlook:
    """Return how often and when `resend` is possible for this challenge (of one's own limits, not the network's)."""
    now = now or timezone.now()
    left = max(0, settings.CODE_RESENDS_AN_ATTEMPT - challenge.ordinal)
    own = limits.resends_limited(challenge.device, challenge, now)
    sends = limits.sends_limited(challenge.user, challenge.number_fingerprint, None, now)
    return ResendOutlook(left, limits.the_longest(own, sends))


def locked_until(user: User) -> datetime | None:
    """Return when code entry is possible again, or None if it is now."""
    device = SmsDevice.objects.filter(user=user).first()
    return device.locked_until if device is not None and device.is_locked(timezone.now()) else None
