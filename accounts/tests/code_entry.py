"""Helpers that request and enter verification codes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import verification
from accounts.codes import code_for
from accounts.models import Challenge, Purpose, User
from accounts.verification import IssueAnswer, Issued, RedeemAnswer, ResendAnswer

IP = "203.0.113.7"


def request_code(
    user: User, *, ip: str | None = IP, purpose: Purpose = Purpose.DISASSOCIATE, **subject: Any
) -> IssueAnswer:
    return verification.issue(
        user=user,
        purpose=purpose,
        subject=subject or {"association": 1},
        evidence={"seen": "then"},
        context={"action": "disassociate", "partner_name": "Harbourline Systems"},
        ip=ip,
    )


def challenge_of(user: User, **options: Any) -> Challenge:
    answer = request_code(user, **options)
    assert isinstance(answer, Issued), answer
    return answer.challenge


def request_new_code(user: User, *, ip: str | None = IP, purpose: Purpose = Purpose.DISASSOCIATE) -> ResendAnswer:
    return verification.resend(user=user, purpose=purpose, ip=ip)


def enter(user: User, code: str, *, purpose: Purpose = Purpose.DISASSOCIATE) -> RedeemAnswer:
    with transaction.atomic():
        return verification.redeem(user=user, purpose=purpose, code=code)


def not_the_code_of(challenge: Challenge) -> str:
    """Return six digits that are no code of this user."""
    return f"{(int(code_for(challenge)) + 7) % 10**6:06d}"


def enter_wrong(user: User, challenge: Challenge, times: int) -> RedeemAnswer:
    """Enter `times` wrong codes and return the last answer."""
    return [enter(user, not_the_code_of(challenge)) for _try in range(times)][-1]
