"""Holdings of an account for its page, including those that no check reads, such as paid orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.billing.facts import Feed, contracts_in, feeds_of, members_in, orders_in, plans_in, terms_in
from accounts.models import CommerceContract, FactKind, MemberAccount, Order, ReservedInstance, SupportPlan, Tenant

SHOWN = 50  # rows of each kind; the page says if there are more


@dataclass(frozen=True)
class Holding:
    """The shown facts of one kind, whether there are more, who keeps them, and whether they can be relied on."""

    rows: tuple[Any, ...]
    has_more: bool
    feed: Feed
    is_known: bool

    @property
    def is_empty(self) -> bool:
        """It is known that there is nothing."""
        return self.is_known and not self.rows


@dataclass(frozen=True)
class Holdings:
    orders: Holding
    members: Holding
    reserved_instances: Holding
    partner_plans: Holding
    vendor_plans: Holding
    contracts: Holding
    arrears_feed: Feed
    are_arrears_known: bool

    @property
    def has_no_plan(self) -> bool:
        return self.partner_plans.is_empty and self.vendor_plans.is_empty


def load(customer: Tenant, now: datetime, max_age: timedelta) -> Holdings:
    """Return the customer's holdings: orders with unpaid and newest first, and the terms in force by name."""
    pk, feeds = customer.pk, feeds_of([customer.pk])[customer.pk]

    def holding(kind: FactKind, facts: Iterable[Any]) -> Holding:
        rows, feed = tuple(facts), feeds.get(kind, Feed())
        return Holding(rows[:SHOWN], len(rows) > SHOWN, feed, feed.is_fresh(now, max_age))

    # In descending order of the stored words, "unpaid" comes before "paid" and "cancelled".
    orders = _first(Order.objects.filter(tenant=pk), "-status", "-ordered_on", "number")
    members = _first(MemberAccount.objects.filter(master=pk), "member__name", "pk")
    plans = plans_in(SupportPlan.objects.filter(tenant=pk).in_force(now).order_by("name", "number"))[pk]
    return Holdings(
        orders=holding(FactKind.ORDERS, orders_in(orders)[pk]),
        members=holding(FactKind.MEMBERS, members_in(members)[pk]),
        reserved_instances=holding(FactKind.RESERVED_INSTANCES, terms_in(_in_force(ReservedInstance, pk, now))[pk]),
        partner_plans=holding(FactKind.SUPPORT_PLANS, (plan for plan in plans if plan.is_of_partner)),
        vendor_plans=holding(FactKind.SUPPORT_PLANS, (plan for plan in plans if not plan.is_of_partner)),
        contracts=holding(FactKind.COMMERCE_CONTRACTS, contracts_in(_in_force(CommerceContract, pk, now))[pk]),
        arrears_feed=feeds.get(FactKind.ARREARS, Feed()),
        are_arrears_known=feeds.get(FactKind.ARREARS, Feed()).is_fresh(now, max_age),
    )


def _in_force(table: Any, tenant: int, now: datetime) -> QuerySet[Any]:
    return _first(table.objects.filter(tenant=tenant).in_force(now), "name", "number")


def _first(rows: QuerySet[Any], *order: str) -> QuerySet[Any]:
    """Return the first SHOWN rows in this order, plus one that shows whether there are more."""
    return rows.order_by(*order)[: SHOWN + 1]
