"""Sends what is due: claim by a lease, send with no transaction open, settle what is still ours.

Any number of senders may run at once. A sender that dies leaves a lease that runs out; the message is then sent
again with the same idempotency key, by which a provider knows a repeat.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from uuid import uuid4

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import codes
from accounts.models import Challenge, Event, Notification
from accounts.models.notification import NotificationQuerySet
from accounts.notifications import ladders, rendering, wake
from accounts.notifications.channels import CHANNELS, Way
from accounts.notifications.failures import PermanentFailure, RetryLater

LEASE = timedelta(seconds=30)
BATCH = 20
# After this time a batch is cut short: a slow provider gets few messages at a time, so that a code, which goes first,
# waits for one of them and not for twenty. It is also far from the lease's end, a message taking at most 10 s.
BEGIN_WITHIN = 2.0
SENDERS = 2  # at a time on one channel, so that a slow one cannot occupy every worker; a code is never held up
WITHIN = 20.0  # seconds after which a sender begins no further batch: whoever called it has other work, too
DRAIN = 500
PLACES = 4  # of a worker's eight threads for one channel, codes included: the others and the clock need some, too

State = Notification.State
Clock = Callable[[], datetime]
logger = structlog.get_logger(__name__)
_places = {channel: BoundedSemaphore(PLACES) for channel in CHANNELS}


def deliver_due(now: datetime | None = None, *, limit: int = 100) -> int:
    """Try up to `limit` due messages of each channel, one channel after the other; return how many were tried."""
    return sum(deliver_channel(channel, now, limit=limit) for channel in CHANNELS)


def drain(channel: str) -> int:
    """Try what is due on the channel; hand the rest of a long queue on to the next wake-up.

    Where the channel has all its places, its senders go on to what is due, or the next tick does.
    """
    if not _places[channel].acquire(blocking=False):
        return 0
    try:
        tried = deliver_channel(channel, limit=DRAIN)
    finally:
        _places[channel].release()
    if tried and _claimable(channel, timezone.now()).exists():
        wake.senders([channel])
    return tried


def deliver_channel(channel: str, now: datetime | None = None, *, limit: int = 100) -> int:
    """Try up to `limit` messages that are due on the channel at `now`, and return how many were tried."""
    clock, until = _clock(now), time.monotonic() + WITHIN
    if not _claimable(channel, clock()).exists():
        return 0
    tried = 0
    way = CHANNELS[channel]()
    while tried < limit and time.monotonic() < until:
        batch = _claim(channel, clock, min(BATCH, limit - tried))
        if not batch:
            break
        tried += _send_all(way, batch, clock)
    return tried


def _clock(now: datetime | None) -> Clock:
    """`now` may lie in the future (`tick --at`) but a lease never begins in the past."""
    return lambda: max(now, timezone.now()) if now else timezone.now()


def _claim(channel: str, clock: Clock, size: int) -> list[Notification]:
    """Lease up to `size` due messages to this sender. Codes go first: they live for minutes."""
    token = uuid4()
    with transaction.atomic(durable=True):
        _claim_in_turn(channel)
        at = clock()  # after the wait, so that a lease is whole
        due = _claimable(channel, at)
        ordered = due.order_by(F("challenge").asc(nulls_last=True), "next_attempt_at").values_list("pk", flat=True)
        if connection.features.has_select_for_update_skip_locked:
            ordered = ordered.select_for_update(skip_locked=True, no_key=True)
        due.filter(pk__in=list(ordered[:size])).update(
            lease_token=token, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
    leased = Notification.objects.filter(lease_token=token).select_related("recipient__tenant")
    return list(leased.order_by(F("challenge").asc(nulls_last=True), "next_attempt_at"))


def _claim_in_turn(channel: str) -> None:
    """Let one sender of the channel at a time count the others and claim: together they would all find it free.

    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"send-{channel}"])


def _claimable(channel: str, at: datetime) -> NotificationQuerySet:
    of_channel = Notification.objects.filter(channel=channel)
    held = of_channel.filter(state=State.QUEUED, next_attempt_at__lte=at, lease_until__gt=at)
    if held.values("lease_token").distinct().count() >= SENDERS:
        return of_channel.due(at).filter(event=Event.CODE)
    return of_channel.due(at)


def _send_all(way: Way, batch: list[Notification], clock: Clock) -> int:
    """Send the batch; give back what would keep newer codes waiting. Return how many were tried."""
    begun = time.monotonic()
    for tried, notification in enumerate(batch):
        if tried and time.monotonic() - begun > BEGIN_WITHIN:
            _give_back(batch[tried:])
            return tried
        _send(way, notification, clock)
    return len(batch)


def _give_back(batch: list[Notification]) -> None:
    mine = Notification.objects.filter(pk__in=[row.pk for row in batch], lease_token=batch[0].lease_token)
    mine.update(lease_token=None, lease_until=None, attempts=F("attempts") - 1)


def _send(way: Way, notification: Notification, clock: Clock) -> None:
    if not _is_worth_sending(notification, clock()):
        _settle(notification, state=State.DROPPED)
        return
    try:
        provider_id = way.send(notification, rendering.render(notification))
    except PermanentFailure as failure:
        _give_up(notification, str(failure))
    except RetryLater as failure:
        _retry(notification, str(failure), clock())
    except Exception as error:  # the boundary of the task: one message that breaks must not hold up the others
        # Only the name of the error: its text and its traceback may hold a number or a code.
        _retry(notification, type(error).__name__, clock())
    else:
        _settle(notification, state=State.SENT, sent_at=clock(), provider_id=provider_id[:200], last_error="")


def _is_worth_sending(notification: Notification, at: datetime) -> bool:
    """A code message is dropped once its challenge, read afresh, is expired, used, superseded or void."""
    if notification.challenge_id is None:
        return True
    notification.challenge = Challenge.objects.select_related("device", "user").get(pk=notification.challenge_id)
    return codes.is_worth_sending(notification.challenge, at)


def _retry(notification: Notification, word: str, at: datetime) -> None:
    again_at = ladders.next_attempt(notification, at)
    if again_at is None:
        _give_up(notification, word)
        return
    _log(notification, "notice-delayed", word)
    _settle(notification, next_attempt_at=again_at, last_error=word)


def _give_up(notification: Notification, word: str) -> None:
    _log(notification, "notice-failed", word)
    _settle(notification, state=State.FAILED, last_error=word)


def _settle(notification: Notification, **changes: object) -> None:
    """Write the outcome, unless the lease ran out and the message is somebody else's by now."""
    mine = Notification.objects.filter(pk=notification.pk, lease_token=notification.lease_token)
    if not mine.update(lease_token=None, lease_until=None, **changes):
        _log(notification, "notice-lease-lost", "")


def _log(notification: Notification, word: str, error: str) -> None:
    logger.warning(
        word,
        notification=str(notification.pk),
        notice=notification.event,
        channel=notification.channel,
        attempts=notification.attempts,
        error=error,
    )
