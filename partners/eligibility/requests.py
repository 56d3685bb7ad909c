"""Checks of earlier requests: none is open, and the request limit is not reached."""

from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.billing.facts import AccountFacts
from accounts.dates import moment_words
from accounts.models import Side
from partners.eligibility.answer import Link
from partners.eligibility.check import Check, Data, Finding, Passed
from partners.eligibility.terms import REFERRAL, RESELLER, Terms


def _open_request(_facts: AccountFacts, terms: Terms, _now: datetime) -> Passed | Finding:
    """Only one request per association may be open, because two could be decided differently."""
    found = terms.open_request
    if found is None:
        return Passed()
    message = _("Request %(reference)s has been open since %(when)s.")
    if found.initiator == terms.side:
        hint = _("Withdraw the request, or wait for the decision.")
        link = Link("partners:my_partner", "open-request", _("View request"))
    else:
        hint = _("Approve or reject the request.")
        link = Link("partners:process", "open-request", _("Process request"))
    return Finding(
        message % {"reference": found.reference, "when": moment_words(found.submitted_at)},
        hint,
        who=(Side.CUSTOMER, Side.PARTNER),
        link=link,
    )


def _request_limit(_facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """A customer may start a limited number of requests per period (source page: one in three calendar months)."""
    free_at = terms.free_again_at()
    if free_at is None or now >= free_at:
        return Passed({"requests": terms.request_limit, "months": terms.window_months})
    if terms.grant is not None:
        until = terms.grant.expires_at.isoformat()
        return Passed({"vendor": terms.vendor_name, "granted_until": until}, grant_id=terms.grant.id)
    limit = _limit_words(terms.request_limit, terms.window_months)
    hint = _("Wait until then. In an urgent case, %(vendor)s can grant you a further request.")
    return Finding(
        limit + " " + _("You can send the next one from %(when)s.") % {"when": moment_words(free_at)},
        hint % {"vendor": terms.vendor_name},
        who=(Side.VENDOR,),
    )


def _limit_passed(data: Data) -> str:
    if "granted_until" in data:
        words = {"vendor": data["vendor"], "when": moment_words(datetime.fromisoformat(data["granted_until"]))}
        return _("%(vendor)s granted you one further request, until %(when)s.") % words
    return _limit_words(data["requests"], data["months"]) + " " + _("You have not reached this limit.")


def _limit_words(requests: int, months: int) -> str:
    """Return `You can send 1 request in 3 months.`"""
    words = {
        "requests": ngettext("%(n)d request", "%(n)d requests", requests) % {"n": requests},
        "months": ngettext("%(n)d month", "%(n)d months", months) % {"n": months},
    }
    return _("You can send %(requests)s in %(months)s.") % words


REQUESTS = (
    Check(
        code="open-request",
        title=gettext_lazy("Open request"),
        task=gettext_lazy("Close the open request"),
        passed=gettext_lazy("No request is open in either direction."),
        ask=_open_request,
        at_start_only=True,
        models=(RESELLER, REFERRAL),
    ),
    Check(
        code="request-limit",
        title=gettext_lazy("Request limit"),
        passed=_limit_passed,
        ask=_request_limit,
        at_start_only=True,
        models=(RESELLER, REFERRAL),
    ),
)
