"""Freshness of facts that an external system keeps. Stale facts make a check UNKNOWN, never PASS."""

from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from accounts.billing.facts import AccountFacts
from accounts.dates import moment_words
from accounts.models import FactKind, Side
from partners.eligibility.answer import AnswerResult
from partners.eligibility.check import Finding
from partners.eligibility.terms import Terms


def stale(kind: FactKind, data: str, facts: AccountFacts, terms: Terms, now: datetime) -> Finding | None:
    """Return an UNKNOWN finding if the facts of this kind were never synced or are too old, otherwise None.

    `data` names the facts in the message, such as "order data". Facts that the portal keeps are always fresh.
    """
    feed = facts.feed(kind)
    if feed.is_fresh(now, terms.facts_max_age):
        return None
    hint = _("Check again in an hour. If the answer stays unknown, ask %(vendor)s.") % {"vendor": terms.vendor_name}
    return Finding(_message(data, feed.synced_at, terms), hint, (Side.VENDOR,), result=AnswerResult.UNKNOWN)


def _message(data: str, synced_at: datetime | None, terms: Terms) -> str:
    if synced_at is None:
        return _("%(vendor)s has not reported the %(data)s yet.") % {"vendor": terms.vendor_name, "data": data}
    hours = int(terms.facts_max_age.total_seconds() // 3600)
    message = ngettext(
        "The %(data)s was last updated on %(when)s, more than %(hours)d hour ago, so we cannot rely on it.",
        "The %(data)s was last updated on %(when)s, more than %(hours)d hours ago, so we cannot rely on it.",
        hours,
    )
    return message % {"data": data, "when": moment_words(synced_at), "hours": hours}
