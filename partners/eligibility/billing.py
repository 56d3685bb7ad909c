"""Checks of open payments: unpaid orders, independent accounting members, arrears."""

from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.billing.facts import AccountFacts
from accounts.billing.money import Money
from accounts.dates import day_words
from accounts.models import FactKind, Side
from partners.eligibility.answer import Evidence, Link
from partners.eligibility.check import Check, Finding, Passed
from partners.eligibility.freshness import stale
from partners.eligibility.terms import REFERRAL, RESELLER, Terms


def _unpaid_orders(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """The partner must pay these orders before the end, because nobody would pay them afterwards."""
    if unknown := stale(FactKind.ORDERS, _("order data"), facts, terms, now):
        return unknown
    orders = facts.unpaid_orders
    if not orders:
        return Passed()
    message = ngettext(
        "%(n)d order is waiting to be paid by the partner: %(total)s.",
        "%(n)d orders are waiting to be paid by the partner: %(total)s.",
        len(orders),
    )
    return Finding(
        message % {"n": len(orders), "total": _total([order.amount for order in orders])},
        hint=_("Cancel the orders, or ask %(partner)s to pay them.") % {"partner": terms.partner_name},
        who=(Side.CUSTOMER, Side.PARTNER),
        evidence=Evidence.of(
            _("Orders waiting to be paid by the partner"),
            (_("Order"), _("Ordered on"), _("Amount")),
            orders,
            lambda order: (order.number, order.ordered_on, order.amount),
        ),
        link=Link("accounts:account", "orders", _("View orders")),
    )


def _independent_members(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """Independent accounting members must leave first, because the master's billing covers them."""
    if unknown := stale(FactKind.MEMBERS, _("member account data"), facts, terms, now):
        return unknown
    members = facts.independent_members
    if not facts.is_master or not members:
        return Passed()
    message = ngettext(
        "The enterprise master account has %(n)d independent accounting member.",
        "The enterprise master account has %(n)d independent accounting members.",
        len(members),
    )
    return Finding(
        message % {"n": len(members)},
        hint=_("First disassociate from each independent accounting member."),
        who=(Side.CUSTOMER,),
        evidence=Evidence.of(
            _("Independent accounting members"),
            (_("Member account"), _("Since")),
            members,
            lambda member: (member.name, member.since_on),
        ),
        link=Link("accounts:account", "members", _("View members")),
    )


def _arrears(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """The customer owes the partner money. The partner writes it off by raising the credit limit."""
    if unknown := stale(FactKind.ARREARS, _("arrears data"), facts, terms, now):
        return unknown
    found = facts.arrears
    if found is None or found.owed.amount <= 0:
        return Passed()
    message = _("The account owes %(amount)s.") % {"amount": found.owed}
    if found.since_on:
        words = {"amount": found.owed, "day": day_words(found.since_on)}
        message = _("The account has owed %(amount)s since %(day)s.") % words
    hint = _("Ask %(partner)s to increase the credit limit. This writes off the arrears.")
    return Finding(
        message,
        hint % {"partner": terms.partner_name},
        who=(Side.PARTNER,),
        link=Link("accounts:account", "arrears", _("View arrears")),
    )


def _total(amounts: list[Money]) -> str:
    """Return the sum per currency, joined by commas."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        before = sums.get(amount.currency)
        sums[amount.currency] = Money(before.amount + amount.amount, amount.currency) if before else amount
    return ", ".join(str(total) for total in sums.values())


BILLING = (
    Check(
        code="unpaid-orders",
        title=gettext_lazy("Orders waiting to be paid"),
        task=gettext_lazy("Settle the orders waiting to be paid"),
        passed=gettext_lazy("No order is waiting to be paid by the partner."),
        ask=_unpaid_orders,
        models=(RESELLER, REFERRAL),
        partner_hint=gettext_lazy("Pay the orders, or ask the customer to cancel them."),
    ),
    Check(
        code="independent-members",
        title=gettext_lazy("Independent accounting members"),
        task=gettext_lazy("Disassociate from the independent members"),
        passed=gettext_lazy("The account has no independent accounting member."),
        ask=_independent_members,
        models=(RESELLER,),
    ),
    Check(
        code="arrears",
        title=gettext_lazy("Arrears"),
        task=gettext_lazy("Settle the arrears"),
        passed=gettext_lazy("The account owes nothing."),
        ask=_arrears,
        models=(RESELLER,),
        partner_hint=gettext_lazy("Increase the customer's credit limit. This writes off the arrears."),
    ),
)
