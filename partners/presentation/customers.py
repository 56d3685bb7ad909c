"""Rows of the partner's Customers page, in two queries per page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from accounts.models import Side, Tenant
from partners.models import Association, DisassociationRequest


@dataclass(frozen=True)
class CustomerRow:
    tenant: Tenant
    model: str
    since: datetime
    open_request: DisassociationRequest | None
    waits_for_us: bool


def customers_of(partner: Tenant) -> QuerySet[Tenant]:
    """The tenants that the partner is associated with now, each with the model and start of its association.

    Former customers are not among them: with the association the partner's sight of their contact data ends.
    """
    mine = Q(current__partner__tenant=partner, current__ended_at__isnull=True)
    customers = Tenant.objects.annotate(
        current=FilteredRelation("associations", condition=Q(associations__ended_at__isnull=True))
    )
    return customers.filter(mine).annotate(
        association_id=F("current__pk"), association_model=F("current__model"), associated_at=F("current__started_at")
    )


def rows_of(customers: Iterable[Tenant]) -> tuple[CustomerRow, ...]:
    """`customers`: a page of customers_of."""
    tenants: list[Tenant] = list(customers)
    opened = DisassociationRequest.objects.open().filter(
        association__in=[_annotated(tenant, "association_id") for tenant in tenants]
    )
    by_customer = {request.customer_id: request for request in opened}
    return tuple(_row(tenant, by_customer.get(tenant.pk)) for tenant in tenants)


def _row(tenant: Tenant, opened: DisassociationRequest | None) -> CustomerRow:
    return CustomerRow(
        tenant=tenant,
        model=str(Association.Model(_annotated(tenant, "association_model")).label),
        since=_annotated(tenant, "associated_at"),
        open_request=opened,
        waits_for_us=opened is not None and opened.waits_for(Side.PARTNER),
    )


def _annotated(tenant: Tenant, name: str) -> Any:
    return getattr(tenant, name)
