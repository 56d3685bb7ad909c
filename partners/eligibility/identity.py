"""Checks of the actor and the account: the administrator's mobile number, membership in an enterprise master."""

from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy

from accounts.billing.facts import AccountFacts
from accounts.dates import moment_words
from accounts.models import Side
from partners.eligibility.answer import Link
from partners.eligibility.check import Check, Data, Finding, Passed
from partners.eligibility.terms import REFERRAL, RESELLER, Terms


def _mobile_number(_facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """The code is sent to this number. A replaced number is on hold for hours, in case the password was stolen."""
    number = terms.number
    link = Link("accounts:account", "mobile", _("Open Account Center"))
    if number is None or number.confirmed_at is None:
        message = _("You have no confirmed mobile number, so we cannot send you a code.")
        return Finding(message, _("Bind a mobile number in the Account Center."), (Side.CUSTOMER,), link=link)
    if number.replaced_at is not None and now < number.replaced_at + terms.number_hold:
        until = moment_words(number.replaced_at + terms.number_hold)
        message = _("You replaced your number on %(when)s.") % {"when": moment_words(number.replaced_at)}
        hint = _("Wait until %(until)s. You cannot use the new number to disassociate before.") % {"until": until}
        return Finding(message, hint, (Side.CUSTOMER,), link=link)
    return Passed({"number": number.masked, "confirmed_at": number.confirmed_at.isoformat()})


def _number_passed(data: Data) -> str:
    words = {"number": data["number"], "when": moment_words(datetime.fromisoformat(data["confirmed_at"]))}
    return _("%(number)s, confirmed on %(when)s.") % words


def _member_account(facts: AccountFacts, terms: Terms, _now: datetime) -> Passed | Finding:
    """A member of an enterprise master was referred together with its master, and can only leave together with it."""
    if terms.model != REFERRAL or not facts.master_name:
        return Passed()
    message = _("The account is a member of the enterprise master account %(master)s.")
    return Finding(
        message % {"master": facts.master_name},
        hint=_("The master account disassociates. A member with unified accounting follows it."),
        who=(Side.CUSTOMER,),
        link=Link("accounts:account", "members", _("View members")),
    )


IDENTITY = (
    Check(
        code="mobile-number",
        title=gettext_lazy("Service mobile number"),
        task=gettext_lazy("Confirm a mobile number"),
        passed=_number_passed,
        ask=_mobile_number,
        at_start_only=True,
        models=(RESELLER, REFERRAL),
    ),
    Check(
        code="member-account",
        title=gettext_lazy("Member account"),
        task=gettext_lazy("Leave together with the master account"),
        passed=gettext_lazy("The account is not a member of an enterprise master account."),
        ask=_member_account,
        at_start_only=True,
        models=(REFERRAL,),
    ),
)
