"""AccountFacts: what the checks read of one tenant, frozen at one moment.

The facts of any number of tenants cost one query; the tenant rows themselves are handed in by the caller, who has
them already (with `arrears` and `membership` joined they cost nothing more).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import CharField, DateField, DateTimeField, DecimalField, F, QuerySet, Value
from django.db.models.functions import Cast

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
from accounts.prepared import Prepared


@dataclass(frozen=True)
class OrderFact:
    number: str
    ordered_on: date
    amount: Money


@dataclass(frozen=True)
class MemberFact:
    name: str
    since_on: date


@dataclass(frozen=True)
class TermFact:
    """A reserved instance, support plan or contract in force. `ends_at` None: the end was not reported."""

    number: str
    name: str
    ends_at: datetime | None
    contact: str = ""


@dataclass(frozen=True)
class ArrearsFact:
    owed: Money
    since_on: date | None


@dataclass(frozen=True)
class Feed:
    keeper: str
    synced_at: datetime | None


@dataclass(frozen=True)
class AccountFacts:
    """One frozen load of everything that the checks ask about a customer."""

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
    commerce_contracts: tuple[TermFact, ...] = ()

    def feed(self, kind: FactKind) -> Feed:
        """Who keeps this kind. No row: the portal does."""
        return self.feeds.get(kind, Feed(FactFeed.Keeper.PORTAL, None))


FACT_COLUMNS = (
    "fact_kind", "fact_tenant", "fact_number", "fact_name", "fact_contact", "fact_on", "fact_at", "fact_amount"
)  # fmt: skip


def load(customers: Iterable[Tenant], now: datetime) -> dict[int, AccountFacts]:
    """Return the facts of each customer by its primary key, in one query."""
    tenants = {tenant.pk: tenant for tenant in customers}
    rows = _rows_of_one(tenant=next(iter(tenants)), now=now) if len(tenants) == 1 else _fact_rows([*tenants], now)
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind, tenant_id, *columns in rows:
        found[tenant_id][kind].append(columns)
    return {pk: _facts_of(tenant, found[pk]) for pk, tenant in tenants.items()}


def _facts_of(tenant: Tenant, rows: Mapping[str, list[Any]]) -> AccountFacts:
    membership = related_or_none(tenant, "membership")
    return AccountFacts(
        currency=tenant.currency,
        is_master=tenant.is_master,
        is_frozen=tenant.is_frozen,
        master_name=membership.master.name if membership else "",
        arrears=_arrears_of(tenant),
        feeds={number: Feed(name, at) for number, name, _, _, at, _ in rows.get("feed", ())},
        unpaid_orders=tuple(
            OrderFact(number, on, Money(amount, name)) for number, name, _, on, _, amount in rows.get("order", ())
        ),
        independent_members=tuple(MemberFact(name, on) for _, name, _, on, _, _ in rows.get("member", ())),
        reserved_instances=_terms(rows, "reserved"),
        partner_support_plans=_terms(rows, "plan-partner"),
        vendor_support_plans=_terms(rows, "plan-vendor"),
        commerce_contracts=_terms(rows, "contract"),
    )


def _terms(rows: Mapping[str, list[Any]], kind: str) -> tuple[TermFact, ...]:
    return tuple(TermFact(number, name, at, contact) for number, name, contact, _, at, _ in rows.get(kind, ()))


def _arrears_of(tenant: Tenant) -> ArrearsFact | None:
    row: Arrears | None = related_or_none(tenant, "arrears")
    return ArrearsFact(Money(row.amount, row.currency), row.since_on) if row else None


def related_or_none(row: Any, name: str) -> Any:
    """Return the other end of a one-to-one relation, or None where there is none."""
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None


def _fact_rows(tenant_ids: list[int], now: datetime) -> QuerySet[Any, Any]:
    """Every fact of the tenants as one UNION: kind, tenant, number, name, contact, date, time, amount."""
    orders = fact_columns(
        Order.objects.unpaid().filter(tenant__in=tenant_ids).order_by(),
        "order", number="number", name="currency", on="ordered_on", amount="amount",
    )  # fmt: skip
    members = fact_columns(
        MemberAccount.objects.independent().filter(master__in=tenant_ids),
        "member", tenant="master_id", name="member__name", on="since_on",
    )  # fmt: skip
    feeds = fact_columns(
        FactFeed.objects.filter(tenant__in=tenant_ids), "feed", number="kind", name="keeper", at="synced_at"
    )
    plans = SupportPlan.objects.filter(tenant__in=tenant_ids).in_force(now)
    return orders.union(
        members,
        feeds,
        term_columns(ReservedInstance.objects.filter(tenant__in=tenant_ids).in_force(now), "reserved"),
        term_columns(plans.filter(provider=SupportPlan.Provider.PARTNER), "plan-partner"),
        term_columns(plans.filter(provider=SupportPlan.Provider.VENDOR), "plan-vendor"),
        fact_columns(
            CommerceContract.objects.filter(tenant__in=tenant_ids).in_force(now),
            "contract",
            number="number",
            name="name",
            contact="contact",
            at="ends_at",
        ),
        all=True,
    ).order_by("fact_kind", "fact_tenant", "fact_on", "fact_number")


_rows_of_one = Prepared(lambda tenant, now: _fact_rows([tenant], now), (("tenant", int), ("now", datetime)))


def term_columns(rows: QuerySet[Any, Any], kind: str) -> QuerySet[Any, Any]:
    return fact_columns(rows, kind, number="number", name="name", at="ends_at")


def fact_columns(
    rows: QuerySet[Any, Any],
    kind: str,
    *,
    tenant: str = "tenant_id",
    number: str = "",
    name: str = "",
    contact: str = "",
    on: str = "",
    at: str = "",
    amount: str = "",
) -> QuerySet[Any, Any]:
    """Bring a table into the shape of the union; the casts keep PostgreSQL from guessing the type of a NULL."""
    text, money = CharField(max_length=200), DecimalField(max_digits=15, decimal_places=2)
    columns: QuerySet[Any, Any] = rows.annotate(
        fact_kind=Cast(Value(kind), text),
        fact_tenant=F(tenant),
        fact_number=Cast(_source(number, Value("")), text),
        fact_name=Cast(_source(name, Value("")), text),
        fact_contact=Cast(_source(contact, Value("")), text),
        fact_on=Cast(_source(on, Value(None)), DateField()),
        fact_at=Cast(_source(at, Value(None)), DateTimeField()),
        fact_amount=Cast(_source(amount, Value(None)), money),
    ).values_list(*FACT_COLUMNS)
    return columns


def _source(name: str, nothing: Value) -> F | Value:
    return F(name) if name else nothing
