"""Sentences of the code page about a refused or unsent code, and the time from which a new one is possible."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _, ngettext

from accounts.dates import local_time, moment_words
from accounts.verification.outcomes import CodeRefusal, Expired, Limited, LimitWord, Locked, Superseded, Voided, Wrong

SOON = timedelta(minutes=2)


def refusal_words(answer: CodeRefusal) -> str:
    """Return one sentence about what happened. The page says what to do next, because it knows what is possible."""
    match answer:
        case Wrong(tries_left=left):
            return _tries_left(left)
        case Superseded(newer_sent_at=at):
            return _("A newer code was sent at %(time)s. Enter that one") % {"time": _clock(at, "H:i")}
        case Expired():
            return _("That code has expired.")
        case Voided():
            return _("You entered too many wrong codes, so this code no longer works.")
        case Locked(until=until):
            text = _(
                "You entered too many wrong codes. Code entry is locked until %(until)s. Your account is not locked."
            )
            return text % {"until": moment_words(until)}
        case Limited(word=LimitWord.ATTEMPT as word):
            return _("%(limit)s Start again when it has expired.") % {"limit": word.label}
        case Limited(word=word, retry_at=at):
            return _("%(limit)s You can ask for a new one from %(at)s.") % {"limit": word.label, "at": soon_words(at)}


def is_soon(at: datetime) -> bool:
    """True if `at` is less than two minutes away, so the time is shown with seconds."""
    return at - timezone.now() < SOON


def soon_words(at: datetime) -> str:
    """Return `09:42:37` if it is soon, for use next to a time with its zone; otherwise as `moment_words`."""
    return _clock(at, "H:i:s") if is_soon(at) else moment_words(at)


def _clock(at: datetime, style: str) -> str:
    return date_format(local_time(at), style)


def _tries_left(left: int) -> str:
    text = ngettext(
        "That code is not correct. You have %(left)d try left",
        "That code is not correct. You have %(left)d tries left",
        left,
    )
    return text % {"left": left}
