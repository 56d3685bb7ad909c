"""Refusals in the words of every page that asks for a code."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _, ngettext

from accounts.dates import moment_words
from accounts.verification.answers import Expired, Limited, Locked, Superseded, Voided, Wrong


def refused_code(answer: Wrong | Expired | Superseded) -> str:
    """The error at the field: what is wrong with this code and what to do."""
    if isinstance(answer, Wrong):
        text = ngettext(
            "The code is not right. You have %(left)d try left",
            "The code is not right. You have %(left)d tries left",
            answer.tries_left,
        )
        return text % {"left": answer.tries_left}
    if isinstance(answer, Superseded):
        sent = timezone.localtime(answer.newer_sent_at, timezone.get_default_timezone())
        return _("A newer code was sent at %(time)s. Enter that one") % {"time": date_format(sent, "H:i")}
    return _("The code has expired. Send a new one")


def ended(answer: Voided | Locked | Limited) -> str:
    """Why no code can be entered or sent now, and from when on it can."""
    if isinstance(answer, Voided):
        return _("Too many wrong tries: this code is void. Start again to get a new one.")
    if isinstance(answer, Locked):
        text = _("Too many wrong codes were entered. Codes are locked until %(until)s; your account is not.")
        return text % {"until": moment_words(answer.until)}
    text = _("%(limit)s It is possible again from %(at)s.")
    return text % {"limit": answer.word.label, "at": moment_words(answer.retry_at)}
