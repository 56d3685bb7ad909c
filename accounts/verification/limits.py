"""Rate limits of verification codes: sends, resends and wrong tries, counted from Challenge rows.

Every limit is a sliding window. A reached limit returns the instant from which the next message is possible.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Subquery

from accounts.models import Challenge, SmsDevice, User
from accounts.verification.outcomes import Limited, LimitWord

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST_LIFETIME = timedelta(minutes=10)
_LOCK_KEY = 0x636F6465  # "code"


def lifetime() -> timedelta:
    """Return how long a code is valid: CODE_LIFETIME, at most ten minutes."""
    return min(settings.CODE_LIFETIME, LONGEST_LIFETIME)


def sends_limited(user: User, fingerprints: list[str], ip: str | None, now: datetime) -> Limited | None:
    """Return the reached limit that ends last, or None if a message may be sent. All limits are read in one query."""
    sent = Challenge.objects.all()
    of_user, of_number = sent.filter(user=user), sent.filter(number_fingerprint__in=fingerprints)
    windows = [
        (LimitWord.USER_HOUR, of_user, settings.CODE_SENDS_AN_HOUR, HOUR),
        (LimitWord.USER_DAY, of_user, settings.CODE_SENDS_A_DAY, DAY),
        (LimitWord.NUMBER_DAY, of_number, settings.CODE_SENDS_A_DAY_AND_NUMBER, DAY),
        (LimitWord.IP_HOUR, sent.filter(ip=ip) if ip else sent.none(), settings.CODE_LIMIT_IP, HOUR),
        (LimitWord.INSTALLATION_HOUR, sent, settings.CODE_LIMIT_INSTALLATION, HOUR),
    ]
    oldest = [_oldest_of(most, rows.filter(created_at__gt=now - length)) for _, rows, most, length in windows]
    [found] = User.objects.filter(pk=user.pk).values_list(*oldest)
    reached = [Limited(word, at + length) for (word, _, _, length), at in zip(windows, found, strict=True) if at]
    return latest(*reached)


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


def _oldest_of(most: int, sent: QuerySet[Challenge]) -> Subquery:
    """The limit is reached while `most` messages are in the window. It ends when the oldest of them leaves it."""
    return Subquery(sent.order_by("-created_at").values("created_at")[most - 1 : most])
