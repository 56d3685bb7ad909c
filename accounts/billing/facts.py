"""AccountFacts: a snapshot of the billing facts of a tenant, which the checks read.

Each kind of fact is one dataclass and one query, whatever the number of tenants. The caller passes the tenant rows,
best with `arrears` and `membership` joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist

from accounts.billing.money import Money
from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    MemberAccount,
    Order,
    ReservedInstance,
    SupportPlan,
    Tenant,
)

Fact = TypeVar("Fact")


@dataclass(frozen=True)
class OrderFact:
    number: str
    ordered_on: date
    amount: Money
    status: str

    @property
    def status_label(self) -> str:
        return str(Order.Status(self.status).label)


@dataclass(frozen=True)
class MemberFact:
    name: str
    since_on: date
    accounting: str

    @property
    def accounting_label(self) -> str:
        return str(MemberAccount.Accounting(self.accounting).label)


@dataclass(frozen=True)
class TermFact:
    """A reserved instance, support plan or contract in force. `ends_at` None: the end was not reported."""

    number: str
    name: str
    ends_at: datetime | None
    unseen_since: datetime | None = field(default=None, kw_only=True)  # the last period whose data named it

    @property
    def is_doubtful(self) -> bool:
        """Newer data do not name it, and its end is not known: nobody here can say whether it still runs."""
        return self.unseen_since is not None and self.ends_at is None


@dataclass(frozen=True)
class PlanFact(TermFact):
    provider: str

    @property
    def is_of_partner(self) -> bool:
        return self.provider == SupportPlan.Provider.PARTNER


@dataclass(frozen=True)
class ContractFact(TermFact):
    contact: str  # the person to settle it with; empty: not reported
    is_undecided: bool = False  # it may be a reserved instance instead


@dataclass(frozen=True)
class ArrearsFact:
    owed: Money
    since_on: date | None


@dataclass(frozen=True)
class Feed:
    keeper: str = FactFeed.Keeper.PORTAL
    synced_at: datetime | None = None

    @property
    def is_external(self) -> bool:
        return self.keeper == FactFeed.Keeper.EXTERNAL

    def is_fresh(self, now: datetime, max_age: timedelta) -> bool:
        """Whether the facts can be relied on. Those that the portal keeps always can."""
        if not self.is_external:
            return True
        return self.synced_at is not None and now - self.synced_at <= max_age


@dataclass(frozen=True)
class AccountFacts:
    """The facts of one customer at one time."""

    currency: str
    is_master: bool
    is_frozen: bool
    master_name: str  # of the enterprise master that this tenant is a member of, or empty
    arrears: ArrearsFact | None
    feeds: Mapping[str, Feed]
    unpaid_orders: tuple[OrderFact, ...] = ()
    independent_members: tuple[MemberFact, ...] = ()
    reserved_instances: tuple[TermFact, ...] = ()
    partner_support_plans: tuple[TermFact, ...] = ()
    vendor_support_plans: tuple[TermFact, ...] = ()
    commerce_contracts: tuple[ContractFact, ...] = ()

    def feed(self, kind: FactKind) -> Feed:
        """Return the feed of this kind. Without a row the portal keeps the facts."""
        return self.feeds.get(kind, Feed())


def load(customers: Iterable[Tenant], now: datetime) -> dict[int, AccountFacts]:
    """Return the facts of each customer by primary key, with one query per kind of fact."""
    tenants = {tenant.pk: tenant for tenant in customers}
    of_tenants = {"tenant__in": list(tenants)}
    masters = [tenant.pk for tenant in tenants.values() if tenant.is_master]
    feeds = feeds_of(tenants)
    orders = orders_in(Order.objects.unpaid().filter(**of_tenants).order_by("ordered_on", "number"))
    members = members_in(MemberAccount.objects.independent().filter(master__in=masters).order_by("since_on", "pk"))
    reserved = terms_in(ReservedInstance.objects.filter(**of_tenants).in_force(now).order_by("number"))
    plans = plans_in(SupportPlan.objects.filter(**of_tenants).in_force(now).order_by("number"))
    contracts = contracts_in(CommerceContract.objects.filter(**of_tenants).in_force(now).order_by("number"))
    return {
        pk: AccountFacts(
            currency=tenant.currency,
            is_master=tenant.is_master,
            is_frozen=tenant.is_frozen,
            master_name=_master_name(tenant),
            arrears=_arrears_of(tenant),
            feeds=feeds[pk],
            unpaid_orders=tuple(orders[pk]),
            independent_members=tuple(members[pk]),
            reserved_instances=tuple(reserved[pk]),
            partner_support_plans=tuple(plan for plan in plans[pk] if plan.is_of_partner),
            vendor_support_plans=tuple(plan for plan in plans[pk] if not plan.is_of_partner),
            commerce_contracts=tuple(contracts[pk]),
        )
        for pk, tenant in tenants.items()
    }


def feeds_of(tenants: Collection[int]) -> Mapping[int, dict[str, Feed]]:
    """Return the feeds of each tenant by primary key, then by kind."""
    found: dict[int, dict[str, Feed]] = defaultdict(dict)
    rows = FactFeed.objects.filter(tenant__in=list(tenants))
    for tenant, kind, keeper, synced_at in rows.values_list("tenant_id", "kind", "keeper", "synced_at"):
        found[tenant][kind] = Feed(keeper, synced_at)
    return found


def orders_in(rows: Any) -> Mapping[int, list[OrderFact]]:
    """Read a queryset of orders into facts by tenant, in its order. The functions below do the same."""
    columns = rows.values_list("tenant_id", "number", "ordered_on", "amount", "currency", "status")
    return _by_tenant(
        (tenant, OrderFact(number, ordered_on, Money(amount, currency), status))
        for tenant, number, ordered_on, amount, currency, status in columns
    )


def members_in(rows: Any) -> Mapping[int, list[MemberFact]]:
    columns = rows.values_list("master_id", "member__name", "since_on", "accounting")
    return _by_tenant((master, MemberFact(*fact)) for master, *fact in columns)


TERM = ("number", "name", "ends_at", "reported_for", "omitted_for")


def terms_in(rows: Any) -> Mapping[int, list[TermFact]]:
    return _terms(TermFact, rows)


def plans_in(rows: Any) -> Mapping[int, list[PlanFact]]:
    return _terms(PlanFact, rows, "provider")


def contracts_in(rows: Any) -> Mapping[int, list[ContractFact]]:
    return _terms(ContractFact, rows, "contact", "is_undecided")


def _terms(make: Callable[..., Fact], rows: Any, *more: str) -> Mapping[int, list[Fact]]:
    columns = rows.values_list("tenant_id", *TERM, *more)
    return _by_tenant(
        (tenant, make(number, name, ends_at, *others, unseen_since=reported_for if omitted_for else None))
        for tenant, number, name, ends_at, reported_for, omitted_for, *others in columns
    )


def _by_tenant(facts: Iterable[tuple[int, Fact]]) -> Mapping[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for tenant, fact in facts:
        found[tenant].append(fact)
    return found


def _master_name(tenant: Tenant) -> str:
    membership = related_or_none(tenant, "membership")
    return membership.master.name if membership else ""


def _arrears_of(tenant: Tenant) -> ArrearsFact | None:
    row: Arrears | None = related_or_none(tenant, "arrears")
    return ArrearsFact(Money(row.amount, row.currency), row.since_on) if row else None


def related_or_none(row: Any, name: str) -> Any:
    """Return the related row of a reverse one-to-one relation, or None."""
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None
