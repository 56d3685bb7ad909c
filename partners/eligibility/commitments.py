"""Checks of commitments: reserved instances, support plans, commerce contracts, and the billing currency."""

from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.billing.facts import AccountFacts, ContractFact, TermFact
from accounts.dates import billing_month, moment_words
from accounts.models import FactKind, Side
from partners.eligibility.answer import MAX_ROWS, AnswerResult, Evidence, Link
from partners.eligibility.check import Check, Finding, Passed
from partners.eligibility.freshness import stale
from partners.eligibility.terms import RESELLER, Terms


def _reserved_instances(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """A reserved instance was bought on the partner's terms, so it must end before the association."""
    if unknown := stale(FactKind.RESERVED_INSTANCES, _("reserved instance data"), facts, terms, now):
        return unknown
    found = facts.reserved_instances
    if not found:
        return Passed()
    link = Link("accounts:account", "reserved-instances", _("View reserved instances"))
    if all(term.is_doubtful for term in found):
        evidence = _terms_in_force(_("Reserved instances that may have ended"), _("Reserved instance"), found)
        return _in_doubt(found, terms, evidence, link)
    valid = _confirmed(found)
    message = ngettext("%(n)d reserved instance is valid.", "%(n)d reserved instances are valid.", valid)
    return Finding(
        message % {"n": valid} + _also_in_doubt(found),
        hint=_unsubscribe_or_wait(found),
        who=(Side.CUSTOMER,),
        evidence=_terms_in_force(_("Valid reserved instances"), _("Reserved instance"), found),
        link=link,
    )


def _in_doubt(found: tuple[TermFact, ...], terms: Terms, evidence: Evidence, link: Link) -> Finding:
    """Return UNKNOWN, because newer billing data do not name them. They may still run: data may be missing."""
    message = ngettext(
        "%(n)d is missing from the newest billing data, and its end was not reported. We cannot tell whether it runs.",
        "%(n)d are missing from the newest billing data, and their ends were not reported. "
        "We cannot tell whether they run.",
        len(found),
    )
    hint = ngettext(
        "Ask %(vendor)s to confirm whether it has ended.", "Ask %(vendor)s to confirm which have ended.", len(found)
    )
    return Finding(
        message % {"n": len(found)},
        hint % {"vendor": terms.vendor_name},
        who=(Side.VENDOR,),
        evidence=evidence,
        link=link,
        result=AnswerResult.UNKNOWN,
    )


def _confirmed(found: tuple[TermFact, ...]) -> int:
    return sum(not term.is_doubtful for term in found)


def _also_in_doubt(found: tuple[TermFact, ...]) -> str:
    """Return a sentence on those in doubt beside those in force; empty if there are none."""
    count = len(found) - _confirmed(found)
    if not count:
        return ""
    text = ngettext(
        "%(n)d more is missing from the newest billing data, and we cannot tell whether it runs.",
        "%(n)d more are missing from the newest billing data, and we cannot tell whether they run.",
        count,
    )
    return " " + text % {"n": count}


def _unsubscribe_or_wait(found: tuple[TermFact, ...]) -> str:
    """Return the hint. It offers to wait only if every end is known."""
    ends = [term.ends_at for term in found if term.ends_at is not None]
    if len(ends) < len(found):
        return ngettext("Unsubscribe from it.", "Unsubscribe from each of them.", len(found))
    hint = ngettext(
        "Unsubscribe from it, or wait until %(when)s.",
        "Unsubscribe from each of them, or wait until %(when)s.",
        len(found),
    )
    return hint % {"when": moment_words(max(ends))}


def _partner_support_plan(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """The partner provides this support, so it cannot continue without the partner."""
    return support_plans(facts.partner_support_plans, facts, terms, now)


def support_plans(found: tuple[TermFact, ...], facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """Check the support plans `found`, of the partner or of the vendor."""
    if unknown := stale(FactKind.SUPPORT_PLANS, _("support plan data"), facts, terms, now):
        return unknown
    if not found:
        return Passed()
    message = ngettext("%(n)d support plan is valid.", "%(n)d support plans are valid.", len(found))
    return Finding(
        message % {"n": len(found)},
        hint=_("Unsubscribe from the plan."),
        who=(Side.CUSTOMER,),
        evidence=_terms_in_force(_("Valid support plans"), _("Support plan"), found),
        link=Link("accounts:account", "support-plan", _("View support plan")),
    )


def _currency(facts: AccountFacts, _terms: Terms, _now: datetime) -> Passed | Finding:
    """The vendor bills the customer after the end, and needs to know the currency."""
    if facts.currency:
        return Passed({"currency": facts.currency})
    return Finding(
        _("No currency is set."),
        hint=_("Set a currency in the Account Center."),
        who=(Side.CUSTOMER,),
        link=Link("accounts:account", "currency", _("Set the currency")),
    )


def _commerce_contract(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """A special commerce contract binds all three parties, and must be settled offline."""
    if unknown := stale(FactKind.COMMERCE_CONTRACTS, _("commerce contract data"), facts, terms, now):
        return unknown
    found = facts.commerce_contracts
    if not found:
        return Passed()
    link = Link("accounts:account", "contract", _("View contract"))
    if all(term.is_doubtful for term in found):
        return _in_doubt(found, terms, _contracts(_("Special commerce contracts that may have ended"), found), link)
    in_force = _confirmed(found)
    message = ngettext(
        "%(n)d special commerce contract is in force.", "%(n)d special commerce contracts are in force.", in_force
    )
    hint = _("Contact %(partner)s and settle it outside this portal.")
    who: tuple[Side, ...] = (Side.PARTNER,)
    if undecided := [term.number for term in found if term.is_undecided]:
        hint += " " + ngettext(
            "If %(numbers)s is a reserved instance, the customer unsubscribes from it instead.",
            "If %(numbers)s are reserved instances, the customer unsubscribes from them instead.",
            len(undecided),
        )
        who = (Side.CUSTOMER, Side.PARTNER)
    return Finding(
        message % {"n": in_force} + _also_in_doubt(found),
        hint % {"partner": terms.partner_name, "numbers": ", ".join(undecided[:MAX_ROWS])},
        who=who,
        evidence=_contracts(_("Special commerce contracts in force"), found),
        link=link,
    )


def _contracts(caption: str, found: tuple[ContractFact, ...]) -> Evidence:
    columns = (_("Contract"), _("Contact"), _("Valid until"))
    return Evidence.of(
        caption, columns, found, lambda term: (term.number, term.contact or _("Not reported"), _end(term))
    )


def _terms_in_force(caption: str, column: str, found: tuple[TermFact, ...]) -> Evidence:
    columns = (column, _("Name"), _("Valid until"))
    return Evidence.of(caption, columns, found, lambda term: (term.number, term.name, _end(term)))


def _end(term: TermFact) -> datetime | str:
    if term.is_doubtful and term.unseen_since is not None:
        return _("Not in the data since %(month)s") % {"month": billing_month(term.unseen_since)}
    return term.ends_at or _("End not reported")


COMMITMENTS = (
    Check(
        code="reserved-instances",
        title=gettext_lazy("Reserved instances"),
        task=gettext_lazy("Unsubscribe from the reserved instances"),
        passed=gettext_lazy("No reserved instance is valid."),
        ask=_reserved_instances,
        models=(RESELLER,),
    ),
    Check(
        code="partner-support-plan",
        title=gettext_lazy("Partner support plan"),
        task=gettext_lazy("Unsubscribe from the partner support plan"),
        passed=gettext_lazy("No support plan is valid."),
        ask=_partner_support_plan,
        models=(RESELLER,),
    ),
    Check(
        code="currency",
        title=gettext_lazy("Currency"),
        task=gettext_lazy("Set the currency"),
        passed=lambda data: str(data["currency"]),
        ask=_currency,
        models=(RESELLER,),
    ),
    Check(
        code="commerce-contract",
        title=gettext_lazy("Special commerce contract"),
        task=gettext_lazy("Settle the special commerce contract"),
        passed=gettext_lazy("No special commerce contract is in force."),
        ask=_commerce_contract,
        models=(RESELLER,),
        partner_hint=gettext_lazy("Settle the contract with the customer outside this portal."),
    ),
)
