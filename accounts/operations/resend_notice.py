"""Queue a failed notice again: the same row and idempotency key, so that no recipient gets it twice."""

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
    """The notice cannot be sent again: it has not failed, or it is a code. `notification` has its current state."""

    notification: Notification


def resend_notice(*, actor: User, notification: Notification, reason: str) -> Resent | NotFailed:
    """Queue a failed notice with its first retry delay. Vendor staff only, with a reason.

    The entry goes to the chain of the recipient's tenant. Codes are refused, because they have expired by then.
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
