"""Deliver the messages of the outbox: claim a batch by a lease, send it without a transaction, save the outcome.

Any number of senders may run concurrently. If a sender dies, its lease expires and another one sends the message
again, with the same idempotency key, so that the provider can drop the duplicate.
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
from accounts.access import may_sign_in
from accounts.models import Challenge, Event, Notification
from accounts.models.notification import NotificationQuerySet
from accounts.notifications import rendering, retries, wake
from accounts.notifications.channels import CHANNELS, ChannelBackend
from accounts.notifications.failures import PermanentFailure, RetryLater

LEASE = timedelta(seconds=30)
BATCH = 20
# Seconds after which a sender releases the rest of its batch. With a slow provider a new code, which is claimed first,
# then waits for one message instead of twenty. A message takes at most 10 s, so the lease is never exceeded.
BATCH_SECONDS = 2.0
MAX_SENDERS = 2  # leases per channel, so that a slow channel cannot occupy every worker; codes are exempt
CALL_SECONDS = 20.0  # after this time no further batch is claimed: the caller has other work, too
DRAIN_LIMIT = 500
MAX_THREADS = 4  # of a worker's eight, per channel and with codes: other channels and the clock need threads, too

State = Notification.State
Clock = Callable[[], datetime]
logger = structlog.get_logger(__name__)
_threads = {channel: BoundedSemaphore(MAX_THREADS) for channel in CHANNELS}


def deliver_due(now: datetime | None = None, *, limit: int = 100) -> int:
    """Try up to `limit` due messages of each channel, one channel at a time. Return how many were tried."""
    return sum(deliver_channel(channel, now, limit=limit) for channel in CHANNELS)


def drain(channel: str) -> int:
    """Try the due messages of the channel, and wake another sender for the rest of a long queue.

    Do nothing if the channel uses all its threads. They continue with the queue, or the next tick does.
    """
    if not _threads[channel].acquire(blocking=False):
        return 0
    try:
        tried = deliver_channel(channel, limit=DRAIN_LIMIT)
    finally:
        _threads[channel].release()
    if tried and _claimable(channel, timezone.now()).exists():
        wake.senders([channel])
    return tried


def deliver_channel(channel: str, now: datetime | None = None, *, limit: int = 100) -> int:
    """Try up to `limit` messages that are due on the channel at `now`. Return how many were tried."""
    clock, until = _clock(now), time.monotonic() + CALL_SECONDS
    if not _claimable(channel, clock()).exists():
        return 0
    tried = 0
    backend = CHANNELS[channel]()
    while tried < limit and time.monotonic() < until:
        batch = _claim(channel, clock, min(BATCH, limit - tried))
        if not batch:
            break
        tried += _send_all(backend, batch, clock)
    return tried


def _clock(now: datetime | None) -> Clock:
    """`now` may be in the future (`tick --at`), but a lease never starts in the past."""
    return lambda: max(now, timezone.now()) if now else timezone.now()


def _claim(channel: str, clock: Clock, size: int) -> list[Notification]:
    """Lease up to `size` due messages to this sender. Codes come first, because they expire within minutes."""
    token = uuid4()
    with transaction.atomic(durable=True):
        _lock_claims(channel)
        at = clock()  # read after waiting for the lock, so that the lease has its full length
        due = _claimable(channel, at)
        ordered = due.order_by(F("challenge").asc(nulls_last=True), "next_attempt_at").values_list("pk", flat=True)
        if connection.features.has_select_for_update_skip_locked:
            ordered = ordered.select_for_update(skip_locked=True, no_key=True)
        due.filter(pk__in=list(ordered[:size])).update(
            lease_token=token, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
    leased = Notification.objects.filter(lease_token=token).select_related("recipient__tenant")
    return list(leased.order_by(F("challenge").asc(nulls_last=True), "next_attempt_at"))


def _lock_claims(channel: str) -> None:
    """Take an advisory lock: concurrent senders would each count too few leases and exceed MAX_SENDERS.

    SQLite has a single writer and needs no lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"send-{channel}"])


def _claimable(channel: str, at: datetime) -> NotificationQuerySet:
    of_channel = Notification.objects.filter(channel=channel)
    leased = of_channel.filter(state=State.QUEUED, next_attempt_at__lte=at, lease_until__gt=at)
    if leased.values("lease_token").distinct().count() >= MAX_SENDERS:
        return of_channel.due(at).filter(event=Event.CODE)
    return of_channel.due(at)


def _send_all(backend: ChannelBackend, batch: list[Notification], clock: Clock) -> int:
    """Send the batch, and release the rest after BATCH_SECONDS for newer codes. Return how many were tried."""
    started = time.monotonic()
    for tried, notification in enumerate(batch):
        if tried and time.monotonic() - started > BATCH_SECONDS:
            _release(batch[tried:])
            return tried
        _send(backend, notification, clock)
    return len(batch)


def _release(batch: list[Notification]) -> None:
    mine = Notification.objects.filter(pk__in=[row.pk for row in batch], lease_token=batch[0].lease_token)
    mine.update(lease_token=None, lease_until=None, attempts=F("attempts") - 1)


def _send(backend: ChannelBackend, notification: Notification, clock: Clock) -> None:
    if not _is_worth_sending(notification, clock()):
        _settle(notification, state=State.DROPPED)
        return
    try:
        provider_id = backend.send(notification, rendering.render(notification))
    except PermanentFailure as failure:
        _give_up(notification, str(failure))
    except RetryLater as failure:
        _retry(notification, str(failure), clock())
    except Exception as error:  # the task boundary: one broken message must not stop the others
        # Store the name of the error alone: its text and its traceback may contain a number or a code.
        _retry(notification, type(error).__name__, clock())
    else:
        _settle(notification, state=State.SENT, sent_at=clock(), provider_id=provider_id[:200], last_error="")


def _is_worth_sending(notification: Notification, at: datetime) -> bool:
    """Return False for the link of a user who cannot sign in, and for a code that is expired, used, superseded or void.

    The challenge of a code is loaded again.
    """
    if notification.event == Event.PASSWORD_LINK:
        return may_sign_in(notification.recipient)
    if notification.challenge_id is None:
        return True
    notification.challenge = Challenge.objects.select_related("device", "user").get(pk=notification.challenge_id)
    return codes.is_worth_sending(notification.challenge, at)


def _retry(notification: Notification, word: str, at: datetime) -> None:
    retry_at = retries.next_attempt(notification, at)
    if retry_at is None:
        _give_up(notification, word)
        return
    _log(notification, "notice-delayed", word)
    _settle(notification, next_attempt_at=retry_at, last_error=word)


def _give_up(notification: Notification, word: str) -> None:
    _log(notification, "notice-failed", word)
    _settle(notification, state=State.FAILED, last_error=word)


def _settle(notification: Notification, **changes: object) -> None:
    """Save the outcome by compare-and-swap on the lease. If the lease was lost to another sender, only log it."""
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
