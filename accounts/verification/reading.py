"""Finds the code of a user: to show it, or locked by the caller's transaction (the device, then the challenge)."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Challenge, Purpose, SmsDevice, User


def live_challenge(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest code of these purposes that can be entered now, with its device: not ended, not expired."""
    open_one = newest_open(user, *purposes)
    return open_one if open_one is not None and timezone.now() < open_one.expires_at else None


def newest_open(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest code of these purposes while nothing ended it. It may have expired."""
    found = Challenge.objects.open().filter(user=user, purpose__in=purposes).select_related("device", "user")
    return found.order_by("-created_at").first()


def lock_device(user: User) -> SmsDevice | None:
    """Return the user's device, locked. All codes of one user are made and tried one after the other."""
    device: SmsDevice | None = SmsDevice.objects.select_for_update(no_key=True).filter(user=user).first()
    return device


def lock_open_challenge(device: SmsDevice, purpose: Purpose) -> Challenge | None:
    """Return the newest code of the device's user while nothing ended it, locked. It may have expired."""
    open_ones = Challenge.objects.open().select_for_update(no_key=True)
    challenge = open_ones.filter(user=device.user_id, purpose=purpose).first()
    if challenge is not None:
        challenge.device = device
    return challenge
