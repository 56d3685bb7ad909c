"""What the portal knows of a batch of customers, loaded in a fixed number of queries and locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import CommerceContract, FactFeed, ReservedInstance, Tenant
from partners.focus.gathering import BilledCustomer
from partners.focus.mapping import ISSUER_PREFIX
from partners.focus.run import Report, Run
from partners.models import Association, DisassociationRequest, Partner

TERMS: tuple[type[Any], ...] = (ReservedInstance, CommerceContract)


@dataclass
class Batch:
    run: Run
    partners: dict[str, Partner]  # by issuer
    tenants: dict[str, Tenant] = field(default_factory=dict)  # by key
    created: set[str] = field(default_factory=set)  # keys
    active: dict[int, Association] = field(default_factory=dict)  # by tenant, as all below
    former: set[int] = field(default_factory=set)
    with_open_request: set[int] = field(default_factory=set)
    feeds: dict[int, dict[str, FactFeed]] = field(default_factory=lambda: defaultdict(dict))
    terms: dict[int, dict[tuple[type[Any], str], Any]] = field(default_factory=lambda: defaultdict(dict))
    new_rows: list[Any] = field(default_factory=list)
    report: Report = field(default_factory=Report)


def load(customers: Sequence[BilledCustomer], run: Run) -> Batch:
    """Create the tenants that are not there, lock all, and load what the import compares with."""
    batch = Batch(run, partners_by_issuer({customer.issuer for customer in customers}))
    _load_tenants(batch, customers)
    ids = [tenant.pk for tenant in batch.tenants.values()]
    associations = Association.objects.filter(customer__in=ids).select_related("partner__tenant", "customer")
    if run.adopts:  # what may be replaced is locked, so that no request begins on it in between
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


def partners_by_issuer(issuers: Iterable[str]) -> dict[str, Partner]:
    keys = [ISSUER_PREFIX + issuer for issuer in issuers]
    found = Partner.objects.filter(tenant__key__in=keys).select_related("tenant")
    return {partner.tenant.key.removeprefix(ISSUER_PREFIX): partner for partner in found}


def _load_tenants(batch: Batch, customers: Sequence[BilledCustomer]) -> None:
    keys = [customer.key for customer in customers]
    locked = Tenant.objects.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
    batch.tenants = {tenant.key: tenant for tenant in locked}
    new = [customer for customer in customers if customer.key not in batch.tenants]
    rows = [
        Tenant(
            key=customer.key,
            kind=Tenant.Kind.CUSTOMER,
            name=customer.name or customer.key.partition(":")[2],
            currency=customer.currency,
        )
        for customer in new
    ]
    for tenant in Tenant.objects.bulk_create(rows):
        batch.tenants[tenant.key] = tenant
        batch.created.add(tenant.key)


def _load_facts(batch: Batch, ids: list[int]) -> None:
    for feed in FactFeed.objects.filter(tenant__in=ids):
        batch.feeds[feed.tenant_id][feed.kind] = feed
    for table in TERMS:
        for term in table.objects.filter(tenant__in=ids):
            batch.terms[term.tenant_id][table, term.number] = term
