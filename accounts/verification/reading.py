"""Queries for a user's open challenge, plain or locked in the caller's transaction (device first, then challenge)."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Challenge, Purpose, SmsDevice, User
from accounts.single import one_or_none


def live_challenge(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest challenge of these purposes that is neither ended nor expired, with its device."""
    open_one = newest_open(user, *purposes)
    return open_one if open_one is not None and timezone.now() < open_one.expires_at else None


def newest_open(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest challenge of these purposes that has not ended. It may have expired."""
    found = Challenge.objects.open().filter(user=user, purpose__in=purposes).select_related("device", "user")
    return found.order_by("-created_at").first()


def lock_device(user: User) -> SmsDevice | None:
    """Return the user's device, locked. The lock serializes the codes of one user, sent and tried."""
    return one_or_none(SmsDevice.objects.select_for_update(no_key=True).filter(user=user))


def lock_open_challenge(device: SmsDevice, purpose: Purpose) -> Challenge | None:
    """Return the open challenge of the device's user, locked. It may have expired."""
    open_ones = Challenge.objects.open().select_for_update(no_key=True)
    challenge = one_or_none(open_ones.filter(user=device.user_id, purpose=purpose))
    if challenge is not None:
        challenge.device = device
    return challenge
