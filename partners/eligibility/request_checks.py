"""The checks that ask about requests, the acting person and the tenant's place, not about billing."""

from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from accounts.dates import moment_words
from accounts.facts import AccountFacts
from accounts.models import Side
from partners.eligibility.answer import Answer, AnswerResult, Link
from partners.eligibility.terms import Terms

PASS, FAIL = AnswerResult.PASS, AnswerResult.FAIL


def open_request(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """Two requests on one association could be decided differently: one at a time, whoever started it."""
    code, title = "open-request", _("Open request")
    found = terms.open_request
    if found is None:
        return Answer(code, PASS, title, _("No request is open in either direction."))
    mine = found.initiator == terms.side
    return Answer(
        code,
        FAIL,
        title,
        _("Request %(reference)s is open since %(when)s.")
        % {"reference": found.reference, "when": moment_words(found.submitted_at)},
        hint=_("Withdraw the request, or wait for the decision.")
        if mine
        else _("Process the request: approve or reject it."),
        who=(Side.CUSTOMER, Side.PARTNER),
        link=Link(
            "partners:my_partner" if mine else "partners:process",
            "open-request",
            _("View request") if mine else _("Process request"),
        ),
    )


def request_limit(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The vendor allows a number of own requests in a number of calendar months (source page: one in three)."""
    code, title = "request-limit", _("Request limit")
    free_at = terms.free_again_at()
    if free_at is None or now >= free_at:
        return Answer(code, PASS, title, _limit_words(terms) + " " + _("The limit is not reached."))
    if terms.grant is not None:
        when = moment_words(terms.grant.expires_at)
        message = _("%(vendor)s granted one further request, until %(when)s.")
        return Answer(code, PASS, title, message % {"vendor": terms.vendor_name, "when": when}, grant_id=terms.grant.id)
    return Answer(
        code,
        FAIL,
        title,
        _limit_words(terms) + " " + _("The next one is possible from %(when)s.") % {"when": moment_words(free_at)},
        hint=_("Wait until then. In an urgent case %(vendor)s may grant a further request.")
        % {"vendor": terms.vendor_name},
        who=(Side.VENDOR,),
    )


def _limit_words(terms: Terms) -> str:
    requests = ngettext("%(n)d request", "%(n)d requests", terms.request_limit) % {"n": terms.request_limit}
    months = ngettext("%(n)d month", "%(n)d months", terms.window_months) % {"n": terms.window_months}
    return _("You can start %(requests)s in %(months)s.") % {"requests": requests, "months": months}


def mobile_number(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The code goes to a number that was the actor's before somebody could have stolen the password."""
    code, title, number = "mobile-number", _("Service mobile number"), terms.number
    link = Link("accounts:account", "mobile", _("Open Account Center"))
    if number is None or number.confirmed_at is None:
        message = _("You have no confirmed mobile number, so no code can be sent to you.")
        hint = _("Bind a mobile number in the Account Center.")
        return Answer(code, FAIL, title, message, hint, (Side.CUSTOMER,), link=link)
    if number.replaced_at is not None and now < number.replaced_at + terms.number_hold:
        until = moment_words(number.replaced_at + terms.number_hold)
        message = _("You replaced your number on %(when)s.") % {"when": moment_words(number.replaced_at)}
        hint = _("Wait until %(until)s: a new number cannot confirm a disassociation before.") % {"until": until}
        return Answer(code, FAIL, title, message, hint, (Side.CUSTOMER,), link=link)
    confirmed = moment_words(number.confirmed_at)
    message = _("%(number)s, confirmed on %(when)s.") % {"number": number.masked, "when": confirmed}
    return Answer(code, PASS, title, message)


def member_account(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A member of an enterprise master was referred together with its master and leaves together with it."""
    code, title = "member-account", _("Member account")
    if terms.model != "referral" or not facts.master_name:
        return Answer(code, PASS, title, _("The account is no member of an enterprise master account."))
    return Answer(
        code,
        FAIL,
        title,
        _("The account is a member of the enterprise master account %(master)s.") % {"master": facts.master_name},
        hint=_("The master account leaves the partner; a member with unified accounting follows it."),
        who=(Side.CUSTOMER,),
        link=Link("accounts:account", "members", _("View members")),
    )


def account_frozen(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A frozen account is under the partner's control until the partner unfreezes it."""
    code, title = "account-frozen", _("Account frozen")
    if not facts.is_frozen:
        return Answer(code, PASS, title, _("The account is not frozen."))
    hint = _("Ask %(partner)s to unfreeze the account.") % {"partner": terms.partner_name}
    return Answer(code, FAIL, title, _("The account is frozen."), hint, (Side.PARTNER,))
