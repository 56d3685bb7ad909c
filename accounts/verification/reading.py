"""Reads the code of a user: the one that can be entered, and the newest that nothing ended."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Challenge, Purpose, User


def live_challenge(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest code of these purposes that can be entered now, with its device: not ended, not expired."""
    open_one = newest_open(user, *purposes)
    return open_one if open_one is not None and timezone.now() < open_one.expires_at else None


def newest_open(user: User, *purposes: Purpose) -> Challenge | None:
    """Return the newest code of these purposes while nothing ended it. It may have expired."""
    found = Challenge.objects.open().filter(user=user, purpose__in=purposes).select_related("device", "user")
    return found.order_by("-created_at").first()
