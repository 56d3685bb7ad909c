"""The transactional outbox: an operation writes its notices as rows in its own transaction.

deliver.py sends the due rows. The broker only wakes the senders, so a lost wake-up loses no message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Challenge, Channel, Event, Notification, User
from accounts.notifications import wake
from accounts.notifications.channels import CHANNELS


@dataclass(frozen=True)
class _Notice:
    """The values that all rows of one call share."""

    event: Event
    subject: str
    reference: str
    context: dict[str, Any]
    ordinal: int
    at: datetime
    actor: User | None = None
    challenge: Challenge | None = None

    def row(self, recipient: User, channel: Channel) -> Notification:
        is_instant = CHANNELS[channel].is_instant
        return Notification(
            event=self.event,
            subject=self.subject,
            reference=self.reference,
            recipient=recipient,
            recipient_tenant_id=recipient.tenant_id,
            channel=channel,
            ordinal=self.ordinal,
            idempotency_key=f"{self.event}:{self.subject}:{recipient.pk}:{channel}:{self.ordinal}",
            context={**self.context, "actor": _actor_for(recipient, self.actor)},
            challenge=self.challenge,
            state=Notification.State.SENT if is_instant else Notification.State.QUEUED,
            created_at=self.at,
            next_attempt_at=self.at,
            sent_at=self.at if is_instant else None,
        )


def notify(
    event: Event,
    *,
    subject: str,
    recipients: Iterable[User],
    channels: Iterable[Channel],
    context: Mapping[str, Any],
    actor: User | None = None,
    reference: str = "",
    ordinal: int = 0,
) -> None:
    """Queue `event` about `subject` for every recipient on every channel that reaches them.

    Runs in the caller's transaction. A notice that exists already (same event, subject, recipient, channel and
    ordinal) is skipped. `context` is plain JSON; datetimes in it (`*_at`, `until`) are ISO 8601 text with an offset.
    Each row stores in its context whether its recipient is the `actor` or a colleague, and nothing else about them.
    """
    notice = _Notice(event, subject, reference, dict(context), ordinal, timezone.now(), actor)
    users = list(recipients)
    rows = [notice.row(user, channel) for channel in channels for user in CHANNELS[channel].reachable(users)]
    _queue(rows)


def send_code(challenge: Challenge, context: Mapping[str, Any]) -> None:
    """Queue the text message of a verification code. The row does not contain the code, which is derived on sending."""
    notice = _Notice(Event.CODE, str(challenge.pk), "", dict(context), 0, timezone.now(), challenge=challenge)
    _queue([notice.row(challenge.user, Channel.SMS)])


def _actor_for(recipient: User, actor: User | None) -> str:
    """Return "you", "colleague", or "" for everybody else, whom the recipient knows by their organisation only."""
    if actor is None or actor.pk == recipient.pk:
        return "you" if actor else ""
    return "colleague" if actor.tenant_id is not None and actor.tenant_id == recipient.tenant_id else ""


def queue_password_link(user: User, at: datetime) -> None:
    """Queue the e-mail with a link to set a password. The row does not contain the link, which is made on sending.

    No sender is woken, so that the time for it does not reveal that the user exists. The next poll finds the row.
    """
    notice = _Notice(Event.PASSWORD_LINK, f"user:{user.pk}:{at:%Y%m%dT%H%M%S}", "", {}, 0, at)
    rows = [notice.row(reached, Channel.EMAIL) for reached in CHANNELS[Channel.EMAIL].reachable([user])]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def queue_again(notification: Notification, at: datetime) -> bool:
    """Queue a failed notice again, by compare-and-swap in the caller's transaction. Return False if it did not fail."""
    failed = Notification.objects.failed().filter(pk=notification.pk)
    is_queued = bool(
        failed.update(
            state=Notification.State.QUEUED, attempts=0, next_attempt_at=at, lease_token=None, lease_until=None
        )
    )
    if is_queued:
        _wake_after_commit([notification.channel])
    return is_queued


def _queue(rows: list[Notification]) -> None:
    """Insert the rows except duplicates (ON CONFLICT DO NOTHING) and wake the senders after the commit."""
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    _wake_after_commit(sorted({row.channel for row in rows if row.state == Notification.State.QUEUED}))


def _wake_after_commit(channels: list[str]) -> None:
    if channels:
        transaction.on_commit(partial(wake.senders, channels), robust=True)
