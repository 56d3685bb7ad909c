"""Makes codes and queues their messages: one live code per user and purpose.

Their entries are in the chain of the user's own tenant: what a side tries is not the other side's to see.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts import codes
from accounts.log.append import LogScope, append, append_refusal
from accounts.masking import mask_phone, number_fingerprint
from accounts.models import Challenge, Notification, Operation, Purpose, SmsDevice, User
from accounts.notifications import outbox
from accounts.verification import limits
from accounts.verification.outcomes import (
    IssueAnswer,
    Issued,
    Limited,
    Locked,
    NoChallenge,
    NoNumber,
    ResendAnswer,
)
from accounts.verification.reading import lock_device, lock_open_challenge

_Refused = TypeVar("_Refused", Limited, Locked, NoNumber, NoChallenge)
_REMARKS: dict[type, str] = {Locked: "code-entry-locked", NoNumber: "no-number", NoChallenge: "no-code-to-renew"}


@dataclass(frozen=True)
class _Order:
    """A code that was asked for: all that the new challenge takes over."""

    user: User
    purpose: Purpose
    subject: str
    evidence: Any
    context: Mapping[str, Any]
    ip: str | None
    now: datetime
    attempt: uuid.UUID
    ordinal: int = 0


def canonical(subject: Mapping[str, Any]) -> str:
    """Return the text whose digest the code is bound to."""
    return json.dumps(subject, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@transaction.atomic(durable=True)
def issue(
    *,
    user: User,
    purpose: Purpose,
    subject: Mapping[str, Any],
    evidence: Mapping[str, Any],
    context: Mapping[str, Any],
    ip: str | None,
) -> IssueAnswer:
    """Send a code for `subject`, unless a live one of the same subject exists. Another subject voids the old code.

    `subject` and `evidence` are plain JSON; only the subject is in the digest. `context` is for the message:
    `action` and `partner_name`.
    """
    now = timezone.now()
    device = lock_device(user)
    if device is None or not codes.number_of(device, purpose):
        return _refuse(user, NoNumber())
    if device.is_locked(now):
        return _refuse(user, Locked(device.locked_until or now))
    before = lock_open_challenge(device, purpose)
    order = _Order(user, purpose, canonical(subject), evidence, context, ip, now, uuid.uuid4())
    if before is not None and now < before.expires_at and before.subject == order.subject:
        return Issued(before, is_new=False)
    return _send(order, device, before)


@transaction.atomic(durable=True)
def resend(*, user: User, purpose: Purpose, ip: str | None) -> ResendAnswer:
    """Make a new code for the subject of the open one, and void that. An expired one can be renewed, too."""
    now = timezone.now()
    device = lock_device(user)
    if device is None or not codes.number_of(device, purpose):
        return _refuse(user, NoNumber())
    if device.is_locked(now):
        return _refuse(user, Locked(device.locked_until or now))
    before = lock_open_challenge(device, purpose)
    if before is None or before.created_at <= now - limits.HOUR:
        return _refuse(user, NoChallenge())
    limited = limits.resends_limited(device, before, now)
    if limited is not None:
        return _refuse(user, limited)
    return _send(_again(before, ip, now), device, before)


def _again(before: Challenge, ip: str | None, now: datetime) -> _Order:
    context = Notification.objects.filter(challenge=before).values_list("context", flat=True).first() or {}
    return _Order(
        before.user,
        Purpose(before.purpose),
        before.subject,
        before.evidence,
        context,
        ip,
        now,
        before.attempt,
        before.ordinal + 1,
    )


def _send(order: _Order, device: SmsDevice, before: Challenge | None) -> Issued | Limited:
    number = codes.number_of(device, order.purpose)
    fingerprint = number_fingerprint(number)
    limits.serialise_sends()
    limited = limits.sends_limited(order.user, fingerprint, order.ip, order.now)
    if limited is not None:
        return _refuse(order.user, limited)
    if before is not None:
        Challenge.objects.filter(pk=before.pk).update(ended_at=order.now, end=Challenge.End.SUPERSEDED)
    challenge = _create(order, device, fingerprint)
    device.cooldown_set(commit=False)
    device.save(update_fields=["last_generated_timestamp"])
    append(LogScope.of_actor(order.user), Operation.CODE_SENT, remark="code-sent", number=mask_phone(number))
    outbox.send_code(challenge, order.context)
    return Issued(challenge, is_new=True)


def _create(order: _Order, device: SmsDevice, fingerprint: str) -> Challenge:
    return Challenge.objects.create(
        user=order.user,
        device=device,
        purpose=order.purpose,
        number_fingerprint=fingerprint,
        subject=order.subject,
        subject_digest=hashlib.sha256(order.subject.encode()).hexdigest(),
        evidence=order.evidence,
        nonce=secrets.token_hex(16),
        key_id=codes.current_key_id(),
        ip=order.ip,
        attempt=order.attempt,
        ordinal=order.ordinal,
        created_at=order.now,
        expires_at=order.now + limits.lifetime(),
    )


def _refuse(user: User, refused: _Refused) -> _Refused:
    """Note that no code was sent, and why: the word of the limit, never a number."""
    remark = f"limit-{refused.word}" if isinstance(refused, Limited) else _REMARKS[type(refused)]
    append_refusal(LogScope.of_actor(user), Operation.CODE_SENT, remark=remark)
    return refused
