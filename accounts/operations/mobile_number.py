"""Set or replace a user's mobile number. A replacement needs a code sent to the old number, then one to the new.

The steps are start_number_change -> [release_old_number] -> confirm_number. Starting again voids the earlier codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from accounts import verification
from accounts.codes import number_for
from accounts.log.append import LogScope, append, append_refusal
from accounts.masking import mask_phone, number_fingerprint
from accounts.models import Challenge, Event, Operation, Purpose, SmsDevice, User
from accounts.notifications import outbox
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.verification import Accepted, IssueAnswer, RedeemAnswer, ResendAnswer
from accounts.verification.reading import lock_device

STEPS = (Purpose.CONFIRM_NUMBER, Purpose.RELEASE_NUMBER)


@dataclass(frozen=True)
class SameNumber:
    """The new number equals the confirmed one."""


@dataclass(frozen=True)
class NumberConfirmed:
    number: str  # masked
    is_replacement: bool


@dataclass(frozen=True)
class Stale:
    """The code was correct, but the change had been started again meanwhile, so nothing was done."""


StartAnswer: TypeAlias = IssueAnswer | SameNumber
StepAnswer: TypeAlias = IssueAnswer | RedeemAnswer | NumberConfirmed | Stale


def start_number_change(*, actor: User, number: str, ip: str | None) -> StartAnswer:
    """Send a code to the old number if there is one, else to `number` (E.164). The caller has checked the password."""
    device = _set_pending_number(actor, number)
    if device is None:
        return SameNumber()
    return _issue(actor, Purpose.RELEASE_NUMBER if device.confirmed else Purpose.CONFIRM_NUMBER, device, ip)


def release_old_number(*, actor: User, code: str, ip: str | None) -> StepAnswer:
    """Redeem the code that was sent to the old number, and send one to the new number."""
    answer = _redeem_release(actor, code)
    if isinstance(answer, Accepted):
        return _issue(actor, Purpose.CONFIRM_NUMBER, answer.challenge.device, ip)
    return answer


@transaction.atomic(durable=True)
def confirm_number(*, actor: User, code: str) -> StepAnswer:
    """Redeem the code that was sent to the new number, and make that the confirmed number."""
    scope = LogScope.of_actor(actor)
    answer = verification.redeem(user=actor, purpose=Purpose.CONFIRM_NUMBER, code=code)
    if not isinstance(answer, Accepted):
        return answer
    device = lock_device(actor)
    if device is None or not _may_confirm(device, answer.challenge):
        verification.spend(answer.challenge)
        append_refusal(scope, Operation.NUMBER_CHANGED, remark="number-stale")
        return Stale()
    return _confirm(actor, device, answer.challenge)


def resend_number_code(*, actor: User, purpose: Purpose, ip: str | None) -> ResendAnswer:
    return verification.resend(user=actor, purpose=purpose, ip=ip)


@transaction.atomic(durable=True)
def note_wrong_password(*, actor: User) -> None:
    """Log that a number change was refused because of a wrong password. The login's throttle counts the try."""
    append_refusal(LogScope.of_actor(actor), Operation.NUMBER_CHANGED, remark="wrong-password")


@transaction.atomic(durable=True)
def _set_pending_number(actor: User, number: str) -> SmsDevice | None:
    """Save the number to confirm and void the codes of an earlier start. Return None if it is confirmed already."""
    device = lock_device(actor) or _new_device(actor)
    if device.confirmed and str(device.number) == number:
        append_refusal(LogScope.of_actor(actor), Operation.NUMBER_CHANGED, remark="same-number")
        return None
    if str(device.pending_number or "") != number or device.old_number_released_at:
        _void(actor, STEPS, timezone.now())
    device.pending_number, device.old_number_released_at = number, None
    device.save(update_fields=["pending_number", "old_number_released_at"])
    return device


def _new_device(actor: User) -> SmsDevice:
    SmsDevice.objects.bulk_create([SmsDevice(user=actor, name="mobile", confirmed=False)], ignore_conflicts=True)
    device = lock_device(actor)
    if device is None:
        raise SmsDevice.DoesNotExist
    return device


def _issue(actor: User, purpose: Purpose, device: SmsDevice, ip: str | None) -> IssueAnswer:
    old = str(device.number) if device.confirmed else ""
    new = number_fingerprint(str(device.pending_number))
    return verification.issue(
        user=actor,
        purpose=purpose,
        subject={"number": new, "replaces": number_fingerprint(old) if old else ""},
        evidence={},
        context={"action": purpose.value, "partner_name": ""},
        ip=ip,
    )


@transaction.atomic(durable=True)
def _redeem_release(actor: User, code: str) -> RedeemAnswer:
    answer = verification.redeem(user=actor, purpose=Purpose.RELEASE_NUMBER, code=code)
    if isinstance(answer, Accepted):
        SmsDevice.objects.filter(user=actor).update(old_number_released_at=timezone.now())
    return answer


def _may_confirm(device: SmsDevice, challenge: Challenge) -> bool:
    """True if the code was sent to the pending number, and the old number, if any, was released."""
    challenge.device = device
    return bool(number_for(challenge)) and (not device.confirmed or device.old_number_released_at is not None)


def _confirm(actor: User, device: SmsDevice, challenge: Challenge) -> NumberConfirmed:
    now = timezone.now()
    is_replacement = device.confirmed
    device.number, device.pending_number = device.pending_number, ""
    device.confirmed, device.confirmed_at, device.old_number_released_at = True, now, None
    device.replaced_at = now if is_replacement else None
    device.save()
    _void(actor, tuple(Purpose), now)
    number = mask_phone(device.number)
    remark = "number-replaced" if is_replacement else "number-bound"
    append(LogScope.of_actor(actor), Operation.NUMBER_CHANGED, remark=remark, number=number)
    _notify(actor, challenge, number)
    return NumberConfirmed(number, is_replacement)


def _notify(actor: User, challenge: Challenge, number: str) -> None:
    """Notify the owner of the number and every administrator of the tenant."""
    recipients = {actor.pk: actor}
    if actor.tenant_id is not None:
        recipients |= {user.pk: user for user in User.objects.administrators_of(actor.tenant_id)}
    outbox.notify(
        Event.NUMBER_CHANGED,
        subject=str(challenge.pk),
        recipients=recipients.values(),
        channels=OTHER_CHANNELS,
        context={"number": number, "owner": actor.username},
        actor=actor,
    )


def _void(actor: User, purposes: tuple[Purpose, ...], now: datetime) -> None:
    """End the open codes that this change makes useless."""
    useless = Challenge.objects.open().filter(user=actor, purpose__in=purposes)
    useless.update(ended_at=now, end=Challenge.End.SPENT)
