"""Rate limits of verification codes: sends, resends and wrong tries, counted from Challenge rows.

Every limit is a sliding window. A reached limit returns the instant from which the next message is possible.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Challenge, SmsDevice, User
from accounts.verification.outcomes import Limited, LimitWord

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST_LIFETIME = timedelta(minutes=10)
_LOCK_KEY = 0x636F6465  # "code"


def lifetime() -> timedelta:
    """Return how long a code is valid: CODE_LIFETIME, at most ten minutes."""
    return min(settings.CODE_LIFETIME, LONGEST_LIFETIME)


def sends_limited(user: User, fingerprint: str, ip: str | None, now: datetime) -> Limited | None:
    """Return the reached limit that ends last, or None if a message may be sent."""
    sent = Challenge.objects.all()
    of_user, of_number = sent.filter(user=user), sent.filter(number_fingerprint=fingerprint)
    found = [
        _limit(LimitWord.USER_HOUR, of_user, settings.CODE_SENDS_AN_HOUR, HOUR, now),
        _limit(LimitWord.USER_DAY, of_user, settings.CODE_SENDS_A_DAY, DAY, now),
        _limit(LimitWord.NUMBER_DAY, of_number, settings.CODE_SENDS_A_DAY_AND_NUMBER, DAY, now),
        _limit(LimitWord.IP_HOUR, sent.filter(ip=ip), settings.CODE_LIMIT_IP, HOUR, now) if ip else None,
        _limit(LimitWord.INSTALLATION_HOUR, sent, settings.CODE_LIMIT_INSTALLATION, HOUR, now),
    ]
    return latest(*found)


def latest(*limits: Limited | None) -> Limited | None:
    """Return the limit that ends last, or None if none is reached."""
    return max((limit for limit in limits if limit), key=lambda limit: limit.retry_at, default=None)


def resends_limited(device: SmsDevice, challenge: Challenge, now: datetime) -> Limited | None:
    """Return the reached limit of resends alone, or None: 60 s after the last message, three resends per attempt."""
    attempt = cooldown = None
    if challenge.ordinal >= settings.CODE_RESENDS_AN_ATTEMPT:
        attempt = Limited(LimitWord.ATTEMPT, max(challenge.expires_at, now))
    if device.cooldown_until is not None and now < device.cooldown_until:
        cooldown = Limited(LimitWord.COOLDOWN, device.cooldown_until)
    return latest(attempt, cooldown)


def serialise_sends() -> None:
    """Take an advisory lock, so that limits shared by many users are exact: one transaction at a time counts and sends.

    SQLite has a single writer and needs no lock. A few thousand codes an hour do not contend for it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])


def wrong_tries(user: User, device: SmsDevice, now: datetime) -> int:
    """Count the user's wrong tries of the last hour, without those before the last lock."""
    since = max(filter(None, (now - HOUR, device.throttling_failure_timestamp)))
    recent = Challenge.objects.filter(user=user, created_at__gt=since - LONGEST_LIFETIME)
    return sum(
        datetime.fromisoformat(at) > since for tries in recent.values_list("wrong_tries_at", flat=True) for at in tries
    )


def _limit(word: LimitWord, sent: QuerySet[Challenge], most: int, window: timedelta, now: datetime) -> Limited | None:
    """The limit is reached while `most` messages are in the window. It ends when the oldest of them leaves it."""
    newest_first = sent.filter(created_at__gt=now - window).order_by("-created_at")
    oldest = newest_first.values_list("created_at", flat=True)[most - 1 : most].first()
    return Limited(word, oldest + window) if oldest else None
