"""What `issue`, `resend` and `redeem` answer. A refusal is a value: the caller commits, so that the try counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Challenge


class LimitWord(TextChoices):
    """Which limit holds a message back."""

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
    retry_at: datetime  # the instant at which it is possible again


@dataclass(frozen=True)
class Locked:
    """Code entry is locked after too many wrong tries; the account is not."""

    until: datetime


@dataclass(frozen=True)
class NoNumber:
    """The user has no number that could prove this purpose."""


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
    """It was asked for too long ago. `resend` makes a new one."""


@dataclass(frozen=True)
class Superseded:
    """An older code of the same person: not a wrong try."""

    newer_sent_at: datetime


@dataclass(frozen=True)
class Voided:
    """Too many wrong tries ended this code: start again."""


@dataclass(frozen=True)
class AlreadyUsed:
    """The code was accepted before; `reference` is what it made, "" if nothing that has one."""

    reference: str


IssueAnswer: TypeAlias = Issued | Limited | Locked | NoNumber
ResendAnswer: TypeAlias = Issued | Limited | Locked | NoNumber | NoChallenge
RedeemAnswer: TypeAlias = Accepted | Wrong | Expired | Superseded | Voided | Locked | AlreadyUsed | NoChallenge
CodeRefusal: TypeAlias = Wrong | Expired | Superseded | Voided | Locked | Limited  # what the code page shows in words
