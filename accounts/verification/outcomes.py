"""Return types of `issue`, `resend` and `redeem`. A refusal is a value, not an exception: its try must be committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Challenge


class LimitWord(TextChoices):
    """Names of the rate limits."""

    COOLDOWN = "cooldown", _("You can ask for a new code 60 seconds after the previous one.")
    ATTEMPT = "attempt", _("We cannot send this code again.")
    USER_HOUR = "user-hour", _("You asked for too many codes within an hour.")
    USER_DAY = "user-day", _("You asked for too many codes within a day.")
    NUMBER_DAY = "number-day", _("This number received too many codes within a day.")
    IP_HOUR = "ip-hour", _("Your network asked for too many codes within an hour.")
    INSTALLATION_HOUR = "installation-hour", _("We cannot send more codes at the moment.")


@dataclass(frozen=True)
class Issued:
    challenge: Challenge
    is_new: bool  # False: the same subject has a live code, and no message was sent


@dataclass(frozen=True)
class Limited:
    word: LimitWord
    retry_at: datetime  # from then on a message is possible again


@dataclass(frozen=True)
class Locked:
    """Code entry is locked after too many wrong tries; the account is not."""

    until: datetime


@dataclass(frozen=True)
class NoNumber:
    """The user has no phone number for this purpose."""


@dataclass(frozen=True)
class NoChallenge:
    """There is no code to enter or to send again."""


@dataclass(frozen=True)
class Accepted:
    challenge: Challenge


@dataclass(frozen=True)
class Wrong:
    tries_left: int


@dataclass(frozen=True)
class Expired:
    """The code is older than its lifetime. `resend` sends a new one."""


@dataclass(frozen=True)
class Superseded:
    """The user entered an older code of theirs. This is not a wrong try."""

    newer_sent_at: datetime


@dataclass(frozen=True)
class Voided:
    """Too many wrong tries ended this code. The user has to start again."""


@dataclass(frozen=True)
class AlreadyUsed:
    """The code was accepted before. `reference` names the request that it created, or is ""."""

    reference: str


IssueAnswer: TypeAlias = Issued | Limited | Locked | NoNumber
ResendAnswer: TypeAlias = Issued | Limited | Locked | NoNumber | NoChallenge
RedeemAnswer: TypeAlias = Accepted | Wrong | Expired | Superseded | Voided | Locked | AlreadyUsed | NoChallenge
CodeRefusal: TypeAlias = Wrong | Expired | Superseded | Voided | Locked | Limited  # shown on the code page
