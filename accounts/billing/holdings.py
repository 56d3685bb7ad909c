"""What an account holds, for its own page: also what no check asks for, such as paid orders and unified members.

Beside `facts`, and in the same shape: one query for all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.billing.facts import Feed, TermFact, fact_columns, term_columns
from accounts.billing.money import Money
from accounts.models import (
    CommerceContract,
    FactFeed,
    FactKind,
    MemberAccount,
    Order,
    ReservedInstance,
    SupportPlan,
    Tenant,
)

SHOWN = 50  # rows of each kind; the page says so when there are more


@dataclass(frozen=True)
class HeldOrder:
    number: str
    ordered_on: date
    amount: Money
    status: str

    @property
    def status_words(self) -> str:
        return str(Order.Status(self.status).label)


@dataclass(frozen=True)
class HeldMember:
    name: str
    accounting: str
    since_on: date

    @property
    def accounting_words(self) -> str:
        return str(MemberAccount.Accounting(self.accounting).label)


@dataclass(frozen=True)
class Holding:
    """One kind of fact: its rows, whether there are more than are shown, and who keeps it since when."""

    rows: tuple[Any, ...]
    has_more: bool
    feed: Feed


@dataclass(frozen=True)
class Holdings:
    orders: Holding
    members: Holding
    reserved_instances: Holding
    partner_plans: Holding
    vendor_plans: Holding
    contracts: Holding
    arrears_feed: Feed


def load(customer: Tenant, now: datetime) -> Holdings:
    """Return what the customer holds: unpaid orders and the newest first, terms that are in force."""
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for kind, _tenant, *columns in _rows(customer, now):
        found[kind].append(columns)
    feeds = {number: Feed(name, at) for number, name, _contact, _on, at, _amount in found["feed"]}
    return Holdings(
        orders=_holding(found["order"], _order, FactKind.ORDERS, feeds),
        members=_holding(found["member"], _member, FactKind.MEMBERS, feeds),
        reserved_instances=_holding(found["reserved"], _term, FactKind.RESERVED_INSTANCES, feeds),
        partner_plans=_holding(found["plan-partner"], _term, FactKind.SUPPORT_PLANS, feeds),
        vendor_plans=_holding(found["plan-vendor"], _term, FactKind.SUPPORT_PLANS, feeds),
        contracts=_holding(found["contract"], _term, FactKind.COMMERCE_CONTRACTS, feeds),
        arrears_feed=_feed(FactKind.ARREARS, feeds),
    )


def _feed(kind: FactKind, feeds: Mapping[str, Feed]) -> Feed:
    return feeds.get(kind, Feed(FactFeed.Keeper.PORTAL, None))


def _holding(columns: list[list[Any]], make: Any, kind: FactKind, feeds: Mapping[str, Feed]) -> Holding:
    rows = sorted((make(*one) for one in columns), key=_rank)
    return Holding(tuple(rows[:SHOWN]), len(rows) > SHOWN, _feed(kind, feeds))


def _rank(row: HeldOrder | HeldMember | TermFact) -> tuple[Any, ...]:
    if isinstance(row, HeldOrder):
        return (row.status != Order.Status.UNPAID, -row.ordered_on.toordinal(), row.number)
    return (row.name, row.number) if isinstance(row, TermFact) else (row.name,)


def _order(number: str, currency: str, status: str, on: date, _at: None, amount: Any) -> HeldOrder:
    return HeldOrder(number, on, Money(amount, currency), status)


def _member(accounting: str, name: str, _contact: str, on: date, _at: None, _amount: None) -> HeldMember:
    return HeldMember(name, accounting, on)


def _term(number: str, name: str, contact: str, _on: None, at: datetime | None, _amount: None) -> TermFact:
    return TermFact(number, name, at, contact)


def _rows(customer: Tenant, now: datetime) -> QuerySet[Any, Any]:
    # Backwards by the word, unpaid stands before paid and cancelled.
    orders = _first(Order.objects.filter(tenant=customer), "-status", "-ordered_on", "number")
    members = _first(MemberAccount.objects.filter(master=customer), "member__name")
    reserved = ReservedInstance.objects.filter(tenant=customer).in_force(now)
    plans = SupportPlan.objects.filter(tenant=customer).in_force(now)
    contracts = CommerceContract.objects.filter(tenant=customer).in_force(now)
    return fact_columns(
        orders, "order", number="number", name="currency", contact="status", on="ordered_on", amount="amount"
    ).union(
        fact_columns(members, "member", tenant="master_id", number="accounting", name="member__name", on="since_on"),
        fact_columns(FactFeed.objects.filter(tenant=customer), "feed", number="kind", name="keeper", at="synced_at"),
        term_columns(_first(reserved, "name", "number"), "reserved"),
        term_columns(_first(plans.filter(provider=SupportPlan.Provider.PARTNER), "name", "number"), "plan-partner"),
        term_columns(_first(plans.filter(provider=SupportPlan.Provider.VENDOR), "name", "number"), "plan-vendor"),
        fact_columns(
            _first(contracts, "name", "number"),
            "contract",
            number="number",
            name="name",
            contact="contact",
            at="ends_at",
        ),
        all=True,
    )


def _first(rows: QuerySet[Any], *order: str) -> QuerySet[Any]:
    """The first rows in this order and one more. Neither database takes a LIMIT inside of a UNION from Django."""
    chosen = rows.order_by(*order).values("pk")[: SHOWN + 1]
    first: QuerySet[Any] = rows.model._default_manager.filter(pk__in=chosen)
    return first
