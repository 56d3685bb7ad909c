"""Redeem a verification code, once, in the caller's transaction: the try and its result are one commit."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from accounts import codes
from accounts.log.append import LogScope, append, append_refusal
from accounts.models import Challenge, Event, Operation, Purpose, Result, SmsDevice, User
from accounts.notifications import outbox
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.verification import limits
from accounts.verification.outcomes import (
    Accepted,
    AlreadyUsed,
    Expired,
    Locked,
    NoChallenge,
    RedeemAnswer,
    Superseded,
    Voided,
    Wrong,
)
from accounts.verification.reading import lock_device, lock_open_challenge

_Answer = TypeVar("_Answer", NoChallenge, Locked, Voided, Expired, Superseded)


def redeem(*, user: User, purpose: Purpose, code: str) -> RedeemAnswer:
    """Redeem the code of `user` for `purpose`. Every answer except Accepted and AlreadyUsed logs a refusal.

    The caller takes its locks first and commits whatever the answer is: a rollback would lose the failed try.
    """
    now = timezone.now()
    device = lock_device(user)
    if device is None:
        return _refused(user, purpose, NoChallenge(), "no-code")
    if device.is_locked(now):
        return _refused(user, purpose, Locked(device.locked_until or now), "code-entry-locked")
    challenge = lock_open_challenge(device, purpose)
    if challenge is None:
        return _without_open_challenge(user, purpose, code)
    if now >= challenge.expires_at:
        return _refused(user, purpose, Expired(), "expired-code", challenge)
    if not _is_code_of(challenge, code):
        return _not_the_code(user, device, challenge, code, now)
    return _accept(challenge, now)


def spend(challenge: Challenge) -> None:
    """Mark an accepted code as spent without a result, because its subject had changed."""
    Challenge.objects.filter(pk=challenge.pk, end=Challenge.End.ACCEPTED).update(end=Challenge.End.SPENT)


def record_result(challenge: Challenge, reference: str) -> None:
    """Store the reference of the request that an accepted code created. A second OK is redirected to it."""
    Challenge.objects.filter(pk=challenge.pk, end=Challenge.End.ACCEPTED).update(result_reference=reference)


def _accept(challenge: Challenge, now: datetime) -> RedeemAnswer:
    """Consume the code by compare-and-swap: of concurrent requests with the right code, one is accepted."""
    taken = Challenge.objects.open().filter(pk=challenge.pk).update(ended_at=now, end=Challenge.End.ACCEPTED)
    if not taken:
        return AlreadyUsed("")
    challenge.ended_at, challenge.end = now, Challenge.End.ACCEPTED
    return Accepted(challenge)


def _without_open_challenge(user: User, purpose: Purpose, code: str) -> RedeemAnswer:
    latest = Challenge.objects.filter(user=user, purpose=purpose).order_by("-created_at").first()
    if latest is not None and latest.end == Challenge.End.ACCEPTED and _is_code_of(latest, code):
        return AlreadyUsed(latest.result_reference)
    if latest is not None and latest.end == Challenge.End.VOIDED:
        return _refused(user, purpose, Voided(), "voided-code", latest)
    return _refused(user, purpose, NoChallenge(), "no-code")


def _not_the_code(user: User, device: SmsDevice, challenge: Challenge, code: str, now: datetime) -> RedeemAnswer:
    purpose = Purpose(challenge.purpose)
    if _is_superseded_code(challenge, code, now):
        return _refused(user, purpose, Superseded(challenge.created_at), "superseded-code", challenge)
    tries = [*challenge.wrong_tries_at, now.isoformat()]
    Challenge.objects.filter(pk=challenge.pk).update(wrong_tries_at=tries)
    in_the_hour = limits.wrong_tries(user, device, now)
    left = max(0, min(settings.CODE_TRIES - len(tries), settings.CODE_TRIES_AN_HOUR - in_the_hour))
    if left == 0:
        Challenge.objects.filter(pk=challenge.pk).update(ended_at=now, end=Challenge.End.VOIDED)
    if in_the_hour >= settings.CODE_TRIES_AN_HOUR:
        return _lock(user, device, challenge, now)
    append_refusal(
        LogScope.of_actor(user),
        Operation.CODE_REFUSED,
        remark="wrong-code",
        tries_left=left,
        challenge=str(challenge.pk),
        purpose=str(purpose),
    )
    return Wrong(left) if left else Voided()


def _lock(user: User, device: SmsDevice, challenge: Challenge, now: datetime) -> Locked:
    """Lock code entry and notify the user. The log entry is also that of the refused try, so it is not throttled."""
    until = now + settings.CODE_LOCK
    device.throttling_failure_count = settings.CODE_TRIES_AN_HOUR
    device.throttling_failure_timestamp = now
    device.save(update_fields=["throttling_failure_count", "throttling_failure_timestamp"])
    minutes = int(settings.CODE_LOCK.total_seconds() // 60)
    append(
        LogScope.of_actor(user),
        Operation.CODE_LOCKED,
        result=Result.REFUSED,
        remark="code-locked",
        minutes=minutes,
        purpose=challenge.purpose,
    )
    outbox.notify(
        Event.CODE_LOCKED,
        subject=str(challenge.pk),
        recipients=[user],
        channels=OTHER_CHANNELS,
        context={"until": until.isoformat(), "purpose": challenge.purpose},
    )
    return Locked(until)


def _is_superseded_code(challenge: Challenge, code: str, now: datetime) -> bool:
    """True for a code that a newer one replaced: the user read an older message."""
    older = Challenge.objects.filter(user=challenge.user_id, purpose=challenge.purpose, end=Challenge.End.SUPERSEDED)
    return any(_is_code_of(one, code) for one in older.filter(created_at__gt=now - limits.HOUR))


def _is_code_of(challenge: Challenge, code: str) -> bool:
    try:
        right = codes.code_for(challenge)
    except codes.KeyRemoved:
        return False
    return hmac.compare_digest(codes.plain_digits(code).encode(), right.encode())


def _refused(user: User, purpose: Purpose, answer: _Answer, remark: str, challenge: Challenge | None = None) -> _Answer:
    """Log the refusal. The challenge's key is in the entry, so the throttle keeps refusals of two codes apart."""
    of_code = {"challenge": str(challenge.pk)} if challenge else {}
    append_refusal(LogScope.of_actor(user), Operation.CODE_REFUSED, remark=remark, purpose=str(purpose), **of_code)
    return answer
