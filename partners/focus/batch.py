"""A batch of customers with their rows of the database, locked and loaded in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models.functions import Lower

from accounts.models import CommerceContract, FactFeed, ReservedInstance, Tenant
from accounts.operations.tenants import add_tenants
from accounts.source_keys import match_key, sibling_key
from partners.focus.customers import BilledCustomer
from partners.focus.mapping import issuer_key
from partners.focus.matching import KeyIndex, without_duplicates
from partners.focus.run import Report, Run
from partners.models import Association, DisassociationRequest, Partner

TERMS: tuple[type[Any], ...] = (ReservedInstance, CommerceContract)


@dataclass
class Batch:
    run: Run
    partners: KeyIndex[Partner]
    customers: list[BilledCustomer] = field(default_factory=list)  # those to import, without possible duplicates
    tenants: dict[str, Tenant] = field(default_factory=dict)  # by the customer's key
    created: set[str] = field(default_factory=set)  # keys
    active: dict[int, Association] = field(default_factory=dict)  # by tenant ID, like the fields below
    former: set[int] = field(default_factory=set)
    with_open_request: set[int] = field(default_factory=set)
    feeds: dict[int, dict[str, FactFeed]] = field(default_factory=lambda: defaultdict(dict))
    terms: dict[int, dict[tuple[type[Any], str], Any]] = field(default_factory=lambda: defaultdict(dict))
    new_rows: list[Any] = field(default_factory=list)
    report: Report = field(default_factory=Report)


def load(customers: Sequence[BilledCustomer], run: Run) -> Batch:
    """Insert the missing tenants, lock all of them, and load the rows that the import compares."""
    batch = Batch(run, partners_of({customer.issuer for customer in customers}))
    _load_tenants(batch, customers)
    ids = [tenant.pk for tenant in batch.tenants.values()]
    associations = Association.objects.filter(customer__in=ids).select_related("partner__tenant", "customer")
    if run.adopts:  # lock what may be replaced: no request can begin on it meanwhile
        associations = associations.select_for_update(no_key=True, of=("self",)).order_by("pk")
    for association in associations:
        if association.is_active:
            batch.active[association.customer_id] = association
        else:
            batch.former.add(association.customer_id)
    opened = DisassociationRequest.objects.open().filter(customer__in=ids)
    batch.with_open_request.update(opened.values_list("customer_id", flat=True))
    _load_facts(batch, ids)
    return batch


def load_holders(numbers: Sequence[str], run: Run) -> Batch:
    """Lock the customers that may have commitments with these numbers, in any case, and load their commitments."""
    holders, lower = set[int](), [number.lower() for number in numbers]
    for table in TERMS:
        rows = table.objects.annotate(lower=Lower("number")).filter(lower__in=lower, reported_for__isnull=False)
        holders.update(rows.values_list("tenant_id", flat=True))
    locked = Tenant.objects.select_for_update(no_key=True).filter(pk__in=holders).order_by("key")
    batch = Batch(run, KeyIndex(), tenants={tenant.key: tenant for tenant in locked})
    _load_facts(batch, list(holders))
    return batch


def partners_of(issuers: Iterable[str]) -> KeyIndex[Partner]:
    keys = [issuer_key(issuer) for issuer in issuers]
    found = Partner.objects.filter(tenant__match_key__in=keys).select_related("tenant").order_by("pk")
    return KeyIndex((partner.tenant.key, partner) for partner in found)


def _load_tenants(batch: Batch, customers: Sequence[BilledCustomer]) -> None:
    """Lock the tenants of these customers and every tenant with the same match key; insert the new customers.

    The issuers are locked first. Two imports with different spellings of one new account then run one after the other,
    and the second finds the tenant that the first added.
    """
    _lock(issuer_key(customer.issuer) for customer in customers)
    match_keys = [match_key(customer.key) for customer in customers]
    tenants = _lock(match_keys)
    known = KeyIndex((tenant.key, tenant) for tenant in tenants)
    new = [customer for customer in customers if known.get(customer.key) is None]
    rows = [_new_tenant(customer) for customer in without_duplicates(new, tenants, batch.run, batch.report)]
    added = add_tenants(rows=rows)
    batch.created = {tenant.key for tenant in added}
    others = _lock(match_keys) if len(added) < len(rows) else []  # another import added some meanwhile
    for tenant in (*added, *others):
        known.add(tenant.key, tenant)
    for customer in customers:
        found = known.get(customer.key)
        if found is not None:
            is_distinct = batch.run.adopts or all(known.get(variant) for variant in customer.case_variants)
            batch.customers.append(replace(customer, is_fully_read=customer.is_fully_read and is_distinct))
            batch.tenants[customer.key] = found


def _lock(match_keys: Iterable[str]) -> list[Tenant]:
    found = Tenant.objects.select_for_update(no_key=True).filter(match_key__in=list(match_keys))
    return list(found.order_by("key"))


def _new_tenant(customer: BilledCustomer) -> Tenant:
    return Tenant(
        key=customer.key,
        kind=Tenant.Kind.CUSTOMER,
        name=customer.name or customer.key.partition(":")[2],
        currency=customer.currency,
        billing_account=customer.account,
    )


def _load_facts(batch: Batch, ids: list[int]) -> None:
    keys = {tenant.pk: tenant.key for tenant in batch.tenants.values()}
    for feed in FactFeed.objects.filter(tenant__in=ids):
        batch.feeds[feed.tenant_id][feed.kind] = feed
    for table in TERMS:
        for term in table.objects.filter(tenant__in=ids):
            batch.terms[term.tenant_id][table, sibling_key(keys[term.tenant_id], term.number)] = term
