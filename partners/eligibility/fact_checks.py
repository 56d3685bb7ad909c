"""The checks that ask the billing facts. Stale facts answer UNKNOWN: nobody leaves on old figures."""

from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from accounts.dates import day_words, moment_words
from accounts.facts import AccountFacts, TermFact
from accounts.models import FactFeed, FactKind, Side
from accounts.money import Money
from partners.eligibility.answer import Answer, AnswerResult, Evidence, Link, passed
from partners.eligibility.terms import Terms

FAIL, UNKNOWN = AnswerResult.FAIL, AnswerResult.UNKNOWN
SHOWN_ROWS = 20


def unpaid_orders(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The partner still has to pay these orders; after the end nobody would."""
    code, orders = "unpaid-orders", facts.unpaid_orders
    if stale := _unknown(code, FactKind.ORDERS, facts, terms, now):
        return stale
    if not orders:
        return passed(code)
    count = ngettext(
        "%(n)d order waits to be paid by the partner: %(total)s.",
        "%(n)d orders wait to be paid by the partner: %(total)s.",
        len(orders),
    )
    return Answer(
        code,
        FAIL,
        count % {"n": len(orders), "total": _total([order.amount for order in orders])},
        hint=_("Cancel the orders, or ask %(partner)s to pay them.") % {"partner": terms.partner_name},
        who=(Side.CUSTOMER, Side.PARTNER),
        evidence=Evidence(
            _("Orders waiting to be paid by the partner"),
            (_("Order"), _("Ordered on"), _("Amount")),
            tuple((order.number, order.ordered_on, order.amount) for order in orders[:SHOWN_ROWS]),
            max(0, len(orders) - SHOWN_ROWS),
        ),
        link=Link("accounts:account", "orders", _("View orders")),
    )


def independent_members(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """An enterprise master takes its independent accounting members' billing with it: each is settled first."""
    code, members = "independent-members", facts.independent_members
    if stale := _unknown(code, FactKind.MEMBERS, facts, terms, now):
        return stale
    if not facts.is_master or not members:
        return passed(code)
    message = ngettext(
        "The account is an enterprise master account with %(n)d independent accounting member.",
        "The account is an enterprise master account with %(n)d independent accounting members.",
        len(members),
    )
    return Answer(
        code,
        FAIL,
        message % {"n": len(members)},
        hint=_("Disassociate from each independent accounting member first."),
        who=(Side.CUSTOMER,),
        evidence=Evidence(
            _("Independent accounting members"),
            (_("Member account"), _("Since")),
            tuple((member.name, member.since_on) for member in members[:SHOWN_ROWS]),
            max(0, len(members) - SHOWN_ROWS),
        ),
        link=Link("accounts:account", "members", _("View members")),
    )


def arrears(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The debt stands with the partner: it raises the credit limit to write the arrears off."""
    code, found = "arrears", facts.arrears
    if stale := _unknown(code, FactKind.ARREARS, facts, terms, now):
        return stale
    if found is None or found.owed.amount <= 0:
        return passed(code)
    message = _("The account owes %(amount)s.") % {"amount": found.owed}
    if found.since_on:
        words = {"amount": found.owed, "day": day_words(found.since_on)}
        message = _("The account owes %(amount)s since %(day)s.") % words
    return Answer(
        code,
        FAIL,
        message,
        hint=_("Ask %(partner)s to increase the credit limit, so that the arrears are written off.")
        % {"partner": terms.partner_name},
        who=(Side.PARTNER,),
        link=Link("accounts:account", "arrears", _("View arrears")),
    )


def reserved_instances(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A reserved instance was bought on the partner's terms and runs on with them."""
    code, found = "reserved-instances", facts.reserved_instances
    if stale := _unknown(code, FactKind.RESERVED_INSTANCES, facts, terms, now):
        return stale
    if not found:
        return passed(code)
    message = ngettext("%(n)d reserved instance is valid.", "%(n)d reserved instances are valid.", len(found))
    ends = [term.ends_at for term in found]
    last = max((end for end in ends if end), default=None) if all(ends) else None
    hint = ngettext("Unsubscribe from it.", "Unsubscribe from each of them.", len(found))
    if last:
        hint = ngettext(
            "Unsubscribe from it, or wait until %(when)s.",
            "Unsubscribe from each of them, or wait until %(when)s.",
            len(found),
        ) % {"when": moment_words(last)}
    evidence = _term_evidence(_("Valid reserved instances"), _("Reserved instance"), found)
    link = Link("accounts:account", "reserved-instances", _("View reserved instances"))
    return Answer(code, FAIL, message % {"n": len(found)}, hint, (Side.CUSTOMER,), evidence, link)


def partner_support_plan(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The partner delivers this support: it cannot go on without the partner."""
    code, found = "partner-support-plan", facts.partner_support_plans
    return _support_plan(code, found, facts, terms, now)


def service_support_plan(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """The vendor's own support plan, where it is sold through the partner."""
    code, found = "service-support-plan", facts.vendor_support_plans
    return _support_plan(code, found, facts, terms, now)


def _support_plan(code: str, found: tuple[TermFact, ...], facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    if stale := _unknown(code, FactKind.SUPPORT_PLANS, facts, terms, now):
        return stale
    if not found:
        return passed(code)
    message = ngettext("%(n)d plan is valid.", "%(n)d plans are valid.", len(found)) % {"n": len(found)}
    evidence = _term_evidence(_("Valid support plans"), _("Support plan"), found)
    link = Link("accounts:account", "support-plan", _("View support plan"))
    return Answer(code, FAIL, message, _("Unsubscribe from the plan."), (Side.CUSTOMER,), evidence, link)


def currency(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """From the end on the vendor bills the customer, and must know in which currency."""
    code = "currency"
    if facts.currency:
        return passed(code, currency=facts.currency)
    link = Link("accounts:account", "currency", _("Set the currency"))
    hint = _("Go to the Account Center and set a currency.")
    return Answer(code, FAIL, _("No currency is set."), hint, (Side.CUSTOMER,), link=link)


def commerce_contract(facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
    """A special commerce contract binds all three sides; it is settled between people, not here."""
    code, found = "commerce-contract", facts.commerce_contracts
    if stale := _unknown(code, FactKind.COMMERCE_CONTRACTS, facts, terms, now):
        return stale
    if not found:
        return passed(code)
    message = ngettext(
        "%(n)d special commerce contract is in force.", "%(n)d special commerce contracts are in force.", len(found)
    )
    return Answer(
        code,
        FAIL,
        message % {"n": len(found)},
        hint=_("Contact %(partner)s and settle it offline, before you ask to disassociate.")
        % {"partner": terms.partner_name},
        who=(Side.PARTNER,),
        evidence=Evidence(
            _("Special commerce contracts in force"),
            (_("Contract"), _("Contact"), _("Valid until")),
            tuple((term.number, term.contact or _("Not reported"), _end(term)) for term in found[:SHOWN_ROWS]),
            max(0, len(found) - SHOWN_ROWS),
        ),
        link=Link("accounts:account", "contract", _("View contract")),
    )


def _unknown(code: str, kind: FactKind, facts: AccountFacts, terms: Terms, now: datetime) -> Answer | None:
    """The UNKNOWN answer where the facts of this kind cannot be relied on, else None."""
    feed = facts.feed(kind)
    if feed.keeper == FactFeed.Keeper.PORTAL:
        return None
    if feed.synced_at is not None and now - feed.synced_at <= terms.facts_max_age:
        return None
    hours = int(terms.facts_max_age.total_seconds() // 3600)
    message = _("%(vendor)s has not reported these data yet.") % {"vendor": terms.vendor_name}
    if feed.synced_at is not None:
        message = _("These data are older than %(hours)d hours: they were last updated on %(when)s.")
        message %= {"hours": hours, "when": moment_words(feed.synced_at)}
    hint = _("Check again in an hour. If the answer stays unknown, ask %(vendor)s.") % {"vendor": terms.vendor_name}
    return Answer(code, UNKNOWN, message, hint, (Side.VENDOR,))


def _term_evidence(caption: str, column: str, found: tuple[TermFact, ...]) -> Evidence:
    return Evidence(
        caption,
        (column, _("Name"), _("Valid until")),
        tuple((term.number, term.name, _end(term)) for term in found[:SHOWN_ROWS]),
        max(0, len(found) - SHOWN_ROWS),
    )


def _end(term: TermFact) -> datetime | str:
    return term.ends_at or _("End not reported")


def _total(amounts: list[Money]) -> str:
    """The sum per currency: amounts of two currencies are never added."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        before = sums.get(amount.currency)
        sums[amount.currency] = Money(before.amount + amount.amount, amount.currency) if before else amount
    return ", ".join(str(total) for total in sums.values())
