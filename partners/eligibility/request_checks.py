"""The checks that ask about requests, the acting person and the tenant's place, not about billing."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.dates import moment_words
from accounts.facts import AccountFacts
from accounts.models import Side
from partners.eligibility.answer import Answer, AnswerResult, Link, passed
from partners.eligibility.terms import Terms
from partners.eligibility.words import limit_words

FAIL = AnswerResult.FAIL


def open_request(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """Two requests on one association could be decided differently: one at a time, whoever started it."""
    code = "open-request"
    found = terms.open_request
    if found is None:
        return passed(code)
    mine = found.initiator == terms.side
    return Answer(
        code,
        FAIL,
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
    code = "request-limit"
    free_at = terms.free_again_at()
    if free_at is None or now >= free_at:
        return passed(code, requests=terms.request_limit, months=terms.window_months)
    if terms.grant is not None:
        granted_until = terms.grant.expires_at.isoformat()
        answer = passed(code, vendor=terms.vendor_name, granted_until=granted_until)
        return replace(answer, grant_id=terms.grant.id)
    limit = limit_words(terms.request_limit, terms.window_months)
    return Answer(
        code,
        FAIL,
        limit + " " + _("The next one is possible from %(when)s.") % {"when": moment_words(free_at)},
        hint=_("Wait until then. In an urgent case %(vendor)s may grant a further request.")
        % {"vendor": terms.vendor_name},
        who=(Side.VENDOR,),
    )


def mobile_number(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The code goes to a number that was the actor's before somebody could have stolen the password."""
    code, number = "mobile-number", terms.number
    link = Link("accounts:account", "mobile", _("Open Account Center"))
    if number is None or number.confirmed_at is None:
        message = _("You have no confirmed mobile number, so no code can be sent to you.")
        hint = _("Bind a mobile number in the Account Center.")
        return Answer(code, FAIL, message, hint, (Side.CUSTOMER,), link=link)
    if number.replaced_at is not None and now < number.replaced_at + terms.number_hold:
        until = moment_words(number.replaced_at + terms.number_hold)
        message = _("You replaced your number on %(when)s.") % {"when": moment_words(number.replaced_at)}
        hint = _("Wait until %(until)s: a new number cannot confirm a disassociation before.") % {"until": until}
        return Answer(code, FAIL, message, hint, (Side.CUSTOMER,), link=link)
    return passed(code, number=number.masked, confirmed_at=number.confirmed_at.isoformat())


def member_account(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A member of an enterprise master was referred together with its master and leaves together with it."""
    code = "member-account"
    if terms.model != "referral" or not facts.master_name:
        return passed(code)
    return Answer(
        code,
        FAIL,
        _("The account is a member of the enterprise master account %(master)s.") % {"master": facts.master_name},
        hint=_("The master account leaves the partner; a member with unified accounting follows it."),
        who=(Side.CUSTOMER,),
        link=Link("accounts:account", "members", _("View members")),
    )


def account_frozen(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A frozen account is under the partner's control until the partner unfreezes it."""
    code = "account-frozen"
    if not facts.is_frozen:
        return passed(code)
    hint = _("Ask %(partner)s to unfreeze the account.") % {"partner": terms.partner_name}
    return Answer(code, FAIL, _("The account is frozen."), hint, (Side.PARTNER,))
