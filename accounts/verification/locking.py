"""The locks of a code, always in this order: the device, then the challenge. The caller's transaction holds them."""

from __future__ import annotations

from accounts.models import Challenge, Purpose, SmsDevice, User


def lock_device(user: User) -> SmsDevice | None:
    """Return the user's device, locked. All codes of one user are made and tried one after the other."""
    device: SmsDevice | None = SmsDevice.objects.select_for_update(no_key=True).filter(user=user).first()
    return device


def lock_open_challenge(user: User, purpose: Purpose) -> Challenge | None:
    """Return the newest code while nothing ended it, locked. It may have expired."""
    return Challenge.objects.open().select_for_update(no_key=True).filter(user=user, purpose=purpose).first()
