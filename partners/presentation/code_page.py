"""What the page of the verification code shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format

from accounts.dates import moment_words, utc_offset
from accounts.masking import mask_phone
from accounts.models import Challenge
from accounts.verification import Expired, Limited, Locked, Superseded, Voided, Wrong, resend_outlook, words
from partners.models import Association
from partners.presentation.reader import Reader

NEAR = timedelta(hours=1)


@dataclass(frozen=True)
class Resend:
    """How often and when "Send new code" is possible. `possible_at` None: now."""

    left: int
    possible_at: datetime | None
    seconds: int
    words: str  # of that moment, to the second where it is near

    @property
    def is_possible(self) -> bool:
        return self.left > 0


@dataclass(frozen=True)
class CodePage:
    partner_name: str
    masked_number: str
    valid_until: datetime | None
    can_enter: bool
    resend: Resend | None  # None: there is no code that could be sent again


def code_page(association: Association, challenge: Challenge | None, reader: Reader, *, locked: bool) -> CodePage:
    """`challenge`: the open one, which may have expired; None once it ended."""
    now, partner_name = timezone.now(), reader.other_name(association)
    if challenge is None or locked:
        return CodePage(partner_name, "", None, can_enter=False, resend=None)
    return CodePage(
        partner_name,
        mask_phone(str(challenge.device.number)),
        challenge.expires_at,
        can_enter=now < challenge.expires_at,
        resend=_resend(challenge, now),
    )


def refusal_words(answer: Wrong | Expired | Superseded | Voided | Locked | Limited) -> str:
    """What happened and what to do, for the summary and the field alike."""
    if isinstance(answer, Wrong | Expired | Superseded):
        return words.refused_code(answer)
    return words.ended(answer)


def _resend(challenge: Challenge, now: datetime) -> Resend:
    outlook = resend_outlook(challenge, now)
    at = outlook.limited.retry_at if outlook.limited else None
    if at is None:
        return Resend(outlook.resends_left, None, 0, "")
    return Resend(outlook.resends_left, at, max(1, math.ceil((at - now).total_seconds())), _when(at, now))


def _when(at: datetime, now: datetime) -> str:
    if at - now >= NEAR:
        return moment_words(at)
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{date_format(local, 'H:i:s')} ({utc_offset(at)})"
