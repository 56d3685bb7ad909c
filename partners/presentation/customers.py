"""Rows of the partner's Customers page, in two queries per page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Side, Tenant
from partners.models import Association, DisassociationRequest, Partner


@dataclass(frozen=True)
class CustomerRow:
    tenant: Tenant
    model: str
    since: datetime
    open_request: DisassociationRequest | None
    waits_for_us: bool


def customers_of(partner: Tenant) -> QuerySet[Association]:
    """Return the partner's active associations with their customers joined.

    Former customers are excluded: the partner may not see their contact data any more.
    """
    of_tenant = Partner.objects.filter(tenant=partner)[:1]
    return Association.objects.active().filter(partner=of_tenant).select_related("customer")


def rows_of(associations: Iterable[Association]) -> tuple[CustomerRow, ...]:
    """Return the rows of a page of customers_of."""
    shown = list(associations)
    opened = DisassociationRequest.objects.open().filter(association__in=shown)
    by_association = {request.association_id: request for request in opened}
    return tuple(_row(association, by_association.get(association.pk)) for association in shown)


def _row(association: Association, opened: DisassociationRequest | None) -> CustomerRow:
    return CustomerRow(
        tenant=association.customer,
        model=str(Association.Model(association.model).label),
        since=association.started_at,
        open_request=opened,
        waits_for_us=opened is not None and opened.waits_for(Side.PARTNER),
    )
