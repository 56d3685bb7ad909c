"""Issue and resend verification codes: one live code per user and purpose, its message queued in the outbox.

The log entries go to the chain of the user's tenant, so the other side does not see the attempts.
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
from accounts.masking import mask_phone, number_fingerprints
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
class _CodeRequest:
    """The data of a requested code, from which the challenge is created."""

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
    """Return the subject as canonical JSON. The code is bound to the digest of this text."""
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
    """Send a code for `subject`, unless a live code for the same subject exists. A new subject supersedes the old code.

    `subject` and `evidence` are plain JSON; only the subject is in the digest. `context` (`action`, `partner_name`)
    fills the text message.
    """
    now = timezone.now()
    device = lock_device(user)
    if device is None or not codes.number_of(device, purpose):
        return _refuse(user, purpose, NoNumber())
    if device.is_locked(now):
        return _refuse(user, purpose, Locked(device.locked_until or now))
    before = lock_open_challenge(device, purpose)
    requested = _CodeRequest(user, purpose, canonical(subject), evidence, context, ip, now, uuid.uuid4())
    if before is not None and now < before.expires_at and before.subject == requested.subject:
        return Issued(before, is_new=False)
    return _send(requested, device, before)


@transaction.atomic(durable=True)
def resend(*, user: User, purpose: Purpose, ip: str | None) -> ResendAnswer:
    """Send a new code for the subject of the open one and supersede that. An expired code can be renewed, too."""
    now = timezone.now()
    device = lock_device(user)
    if device is None or not codes.number_of(device, purpose):
        return _refuse(user, purpose, NoNumber())
    if device.is_locked(now):
        return _refuse(user, purpose, Locked(device.locked_until or now))
    before = lock_open_challenge(device, purpose)
    if before is None or before.created_at <= now - limits.HOUR:
        return _refuse(user, purpose, NoChallenge())
    limited = limits.resends_limited(device, before, now)
    if limited is not None:
        return _refuse(user, purpose, limited)
    return _send(_renewed(before, ip, now), device, before)


def _renewed(before: Challenge, ip: str | None, now: datetime) -> _CodeRequest:
    context = Notification.objects.filter(challenge=before).values_list("context", flat=True).first() or {}
    return _CodeRequest(
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


def _send(requested: _CodeRequest, device: SmsDevice, before: Challenge | None) -> Issued | Limited:
    number = codes.number_of(device, requested.purpose)
    fingerprints = number_fingerprints(number)
    limits.serialise_sends()
    limited = limits.sends_limited(requested.user, fingerprints, requested.ip, requested.now)
    if limited is not None:
        return _refuse(requested.user, requested.purpose, limited)
    if before is not None:
        Challenge.objects.filter(pk=before.pk).update(ended_at=requested.now, end=Challenge.End.SUPERSEDED)
    challenge = _create(requested, device, fingerprints[0])
    device.cooldown_set(commit=False)
    device.save(update_fields=["last_generated_timestamp"])
    scope, purpose = LogScope.of_actor(requested.user), str(requested.purpose)
    append(scope, Operation.CODE_SENT, remark="code-sent", number=mask_phone(number), purpose=purpose)
    outbox.send_code(challenge, requested.context)
    return Issued(challenge, is_new=True)


def _create(requested: _CodeRequest, device: SmsDevice, fingerprint: str) -> Challenge:
    return Challenge.objects.create(
        user=requested.user,
        device=device,
        purpose=requested.purpose,
        number_fingerprint=fingerprint,
        subject=requested.subject,
        subject_digest=hashlib.sha256(requested.subject.encode()).hexdigest(),
        evidence=requested.evidence,
        nonce=secrets.token_hex(16),
        key_id=codes.current_key_id(),
        ip=requested.ip,
        attempt=requested.attempt,
        ordinal=requested.ordinal,
        created_at=requested.now,
        expires_at=requested.now + limits.lifetime(),
    )


def _refuse(user: User, purpose: Purpose, refused: _Refused) -> _Refused:
    """Log why no code was sent: the name of the limit, never a phone number."""
    remark = f"limit-{refused.word}" if isinstance(refused, Limited) else _REMARKS[type(refused)]
    append_refusal(LogScope.of_actor(user), Operation.CODE_SENT, remark=remark, purpose=str(purpose))
    return refused
