"""Data of a code page: whether the code can be entered, and when a new one can be sent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.codes import number_for
from accounts.masking import mask_phone
from accounts.models import Challenge
from accounts.verification import limits
from accounts.verification.words import is_soon, soon_words


@dataclass(frozen=True)
class Resend:
    """How many resends this attempt has left, and when the next one is possible (`possible_at` None: now)."""

    left: int
    possible_at: datetime | None = None
    seconds: int = 0
    is_soon: bool = True
    words: str = ""


@dataclass(frozen=True)
class CodePage:
    """The defaults describe a code that has ended: it cannot be entered or sent again."""

    purpose: str = ""
    masked_number: str = ""
    valid_until: datetime | None = None
    can_enter: bool = False
    resend: Resend | None = None  # None: no new code in this attempt
    closed_until: datetime | None = None  # until then no code can be entered or requested

    @property
    def minutes_left(self) -> int:
        """How long the code can still be entered, rounded up."""
        return math.ceil((self.valid_until - timezone.now()) / timedelta(minutes=1)) if self.valid_until else 0

    @property
    def is_over(self) -> bool:
        """True if the user has to start again."""
        return not self.can_enter and self.resend is None


def code_page(challenge: Challenge | None, *, closed_until: datetime | None = None) -> CodePage:
    """Return the page of the open challenge, expired or not. Without one, `closed_until` says when to start again."""
    now = timezone.now()
    if challenge is None:
        return CodePage(closed_until=closed_until)
    if challenge.device.is_locked(now):
        return CodePage(closed_until=challenge.device.locked_until)
    return CodePage(
        purpose=challenge.purpose,
        masked_number=mask_phone(number_for(challenge)),
        valid_until=challenge.expires_at,
        can_enter=now < challenge.expires_at,
        resend=_resend(challenge, now),
    )


def _resend(challenge: Challenge, now: datetime) -> Resend | None:
    """Predict what `verification.resend` will answer. Limits that the user shares with others are not disclosed."""
    left = settings.CODE_RESENDS_AN_ATTEMPT - challenge.ordinal
    if left <= 0 or challenge.created_at <= now - limits.HOUR:
        return None
    by_resends = limits.resends_limited(challenge.device, challenge, now)
    by_sends = limits.sends_limited(challenge.user, [challenge.number_fingerprint], None, now)
    limited = limits.latest(by_resends, by_sends)
    if limited is None:
        return Resend(left)
    at = limited.retry_at
    return Resend(left, at, math.ceil((at - now).total_seconds()), is_soon(at), soon_words(at))
