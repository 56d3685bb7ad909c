"""Sends a notice that failed once more: the same row and the same idempotency key, so that nobody is told twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.access import require_staff
from accounts.log.append import LogScope, append, append_refusal
from accounts.models import Event, Notification, Operation, Side, User
from accounts.notifications.outbox import queue_again


@dataclass(frozen=True)
class Resent:
    notification: Notification


@dataclass(frozen=True)
class NotFailed:
    """There is nothing to send again: `notification`, as it now stands, has not failed, or is a code."""

    notification: Notification


def resend_notice(*, actor: User, notification: Notification, reason: str) -> Resent | NotFailed:
    """Put a failed notice back into the queue, on the first step of its ladder. Vendor staff only, with a reason.

    The entry stands in the log of the recipient's own side. A code that could not be sent has ended by now.
    """
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        is_queued = notification.event != Event.CODE and queue_again(notification, timezone.now())
        if is_queued:
            _record(actor, notification, reason)
        else:
            _record_refusal(actor, notification)
    notification.refresh_from_db()
    return Resent(notification) if is_queued else NotFailed(notification)


def _record(actor: User, notification: Notification, reason: str) -> None:
    append(
        _scope(actor, notification),
        Operation.NOTICE_RESENT,
        remark="notice-resent",
        notice=notification.event,
        channel=notification.channel,
        reason=reason,
    )


def _record_refusal(actor: User, notification: Notification) -> None:
    append_refusal(
        _scope(actor, notification),
        Operation.NOTICE_RESENT,
        remark="notice-not-failed",
        notice=notification.event,
        channel=notification.channel,
        notification=str(notification.pk),
    )


def _scope(actor: User, notification: Notification) -> LogScope:
    return LogScope.of_tenant(
        notification.recipient_tenant, side=Side.VENDOR, actor=actor, reference=notification.reference
    )
