"""Takes a code, once. Runs inside the caller's transaction, so that the try and what it leads to are one commit."""

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
    """Take the code of `user` for `purpose`. Every answer but Accepted and AlreadyUsed has its own refused entry.

    The caller holds its own locks already and commits whatever the answer: a rollback would forget the try.
    """
    now = timezone.now()
    device = lock_device(user)
    if device is None:
        return _refused(user, NoChallenge(), "no-code")
    if device.is_locked(now):
        return _refused(user, Locked(device.locked_until or now), "code-entry-locked")
    challenge = lock_open_challenge(device, purpose)
    if challenge is None:
        return _without_open_challenge(user, purpose, code)
    if now >= challenge.expires_at:
        return _refused(user, Expired(), "expired-code", challenge)
    if not _is_code_of(challenge, code):
        return _not_the_code(user, device, challenge, code, now)
    return _accept(challenge, now)


def spend(challenge: Challenge) -> None:
    """Mark an accepted code as spent for nothing, inside the caller's transaction: the subject had changed."""
    Challenge.objects.filter(pk=challenge.pk, end=Challenge.End.ACCEPTED).update(end=Challenge.End.SPENT)


def record_result(challenge: Challenge, reference: str) -> None:
    """Note what an accepted code made, inside the caller's transaction: a second OK is redirected there."""
    Challenge.objects.filter(pk=challenge.pk, end=Challenge.End.ACCEPTED).update(result_reference=reference)


def _accept(challenge: Challenge, now: datetime) -> RedeemAnswer:
    """Consume by compare-and-swap: of all who hold the right code, the database lets one through."""
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
        return _refused(user, Voided(), "voided-code", latest)
    return _refused(user, NoChallenge(), "no-code")


def _not_the_code(user: User, device: SmsDevice, challenge: Challenge, code: str, now: datetime) -> RedeemAnswer:
    if _is_superseded_code(challenge, code, now):
        return _refused(user, Superseded(challenge.created_at), "superseded-code", challenge)
    tries = [*challenge.wrong_tries_at, now.isoformat()]
    Challenge.objects.filter(pk=challenge.pk).update(wrong_tries_at=tries)
    in_the_hour = limits.wrong_tries(user, device, now)
    left = max(0, min(settings.CODE_TRIES - len(tries), settings.CODE_TRIES_AN_HOUR - in_the_hour))
    if left == 0:
        Challenge.objects.filter(pk=challenge.pk).update(ended_at=now, end=Challenge.End.VOIDED)
    if in_the_hour >= settings.CODE_TRIES_AN_HOUR:
        return _lock(user, device, challenge, now)
    scope, code_key = LogScope.of_actor(user), str(challenge.pk)
    append_refusal(scope, Operation.CODE_REFUSED, remark="wrong-code", tries_left=left, challenge=code_key)
    return Wrong(left) if left else Voided()


def _lock(user: User, device: SmsDevice, challenge: Challenge, now: datetime) -> Locked:
    """Lock code entry and tell its owner. This entry is also that of the refused try, and is never left out."""
    until = now + settings.CODE_LOCK
    device.throttling_failure_count = settings.CODE_TRIES_AN_HOUR
    device.throttling_failure_timestamp = now
    device.save(update_fields=["throttling_failure_count", "throttling_failure_timestamp"])
    minutes = int(settings.CODE_LOCK.total_seconds() // 60)
    scope = LogScope.of_actor(user)
    append(scope, Operation.CODE_LOCKED, result=Result.REFUSED, remark="code-locked", minutes=minutes)
    outbox.notify(
        Event.CODE_LOCKED,
        subject=str(challenge.pk),
        recipients=[user],
        channels=outbox.OTHER_CHANNELS,
        context={"until": until.isoformat(), "purpose": challenge.purpose},
    )
    return Locked(until)


def _is_superseded_code(challenge: Challenge, code: str, now: datetime) -> bool:
    """A code that the newer one replaced: the person reads an older message."""
    older = Challenge.objects.filter(user=challenge.user_id, purpose=challenge.purpose, end=Challenge.End.SUPERSEDED)
    return any(_is_code_of(one, code) for one in older.filter(created_at__gt=now - limits.HOUR))


def _is_code_of(challenge: Challenge, code: str) -> bool:
    try:
        right = codes.code_for(challenge)
    except codes.KeyIsGone:
        return False
    return hmac.compare_digest(codes.plain_digits(code).encode(), right.encode())


def _refused(user: User, answer: _Answer, remark: str, challenge: Challenge | None = None) -> _Answer:
    """Append the entry. The same answer about another code is another refusal, so the code's key is part of it."""
    of_code = {"challenge": str(challenge.pk)} if challenge else {}
    append_refusal(LogScope.of_actor(user), Operation.CODE_REFUSED, remark=remark, **of_code)
    return answer
