"""The words of the checks that outlive the moment: titles by code, and what a passed check says by its code and data.

A request keeps codes and data, never sentences, so that everybody reads them in their own language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.dates import moment_words

Data = Mapping[str, Any]

TITLES: dict[str, str | Promise] = {
    "open-request": gettext_lazy("Open request"),
    "request-limit": gettext_lazy("Request limit"),
    "unpaid-orders": gettext_lazy("Orders waiting to be paid"),
    "independent-members": gettext_lazy("Independent accounting members"),
    "arrears": gettext_lazy("Arrears"),
    "reserved-instances": gettext_lazy("Reserved instances"),
    "partner-support-plan": gettext_lazy("Partner support plan"),
    "currency": gettext_lazy("Currency"),
    "commerce-contract": gettext_lazy("Special commerce contract"),
    "mobile-number": gettext_lazy("Service mobile number"),
    "member-account": gettext_lazy("Member account"),
    "account-frozen": gettext_lazy("Account frozen"),
    "service-support-plan": gettext_lazy("Service support plan"),
}


def title_of(code: str) -> str:
    """The title in the active language; a check that is not known (any more) stands for itself."""
    return str(TITLES.get(code, code))


def passed_words(code: str, data: Data) -> str:
    """What was found where the check passed, in the active language; nothing for a check that is gone."""
    words = _PASSED.get(code, "")
    return words(data) if callable(words) else str(words)


def limit_words(requests: int, months: int) -> str:
    """`You can start 1 request in 3 months.`"""
    words = {
        "requests": ngettext("%(n)d request", "%(n)d requests", requests) % {"n": requests},
        "months": ngettext("%(n)d month", "%(n)d months", months) % {"n": months},
    }
    return _("You can start %(requests)s in %(months)s.") % words


def _limit(data: Data) -> str:
    if "granted_until" in data:
        words = {"vendor": data["vendor"], "when": _moment(data["granted_until"])}
        return _("%(vendor)s granted one further request, until %(when)s.") % words
    return limit_words(data["requests"], data["months"]) + " " + _("The limit is not reached.")


def _number(data: Data) -> str:
    words = {"number": data["number"], "when": _moment(data["confirmed_at"])}
    return _("%(number)s, confirmed on %(when)s.") % words


def _moment(stored: str) -> str:
    return moment_words(datetime.fromisoformat(stored))


_PASSED: dict[str, str | Promise | Callable[[Data], str]] = {
    "open-request": gettext_lazy("No request is open in either direction."),
    "request-limit": _limit,
    "unpaid-orders": gettext_lazy("No order waits to be paid by the partner."),
    "independent-members": gettext_lazy("The account has no independent accounting member."),
    "arrears": gettext_lazy("The account owes nothing."),
    "reserved-instances": gettext_lazy("No reserved instance is valid."),
    "partner-support-plan": gettext_lazy("No plan is valid."),
    "currency": lambda data: str(data["currency"]),
    "commerce-contract": gettext_lazy("No special commerce contract is in force."),
    "mobile-number": _number,
    "member-account": gettext_lazy("The account is no member of an enterprise master account."),
    "account-frozen": gettext_lazy("The account is not frozen."),
    "service-support-plan": gettext_lazy("No plan is valid."),
}
