"""Rows of the partner's Customers page, in two queries per page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.dates import days_left
from accounts.models import Tenant
from partners.models import Association, DisassociationRequest, Partner, Status
from partners.presentation.reader import Reader


@dataclass(frozen=True)
class CustomerRow:
    tenant: Tenant
    model: str
    since: datetime
    open_request: DisassociationRequest | None
    may_decide: bool
    tone: str  # of the tag; without an open request there is none
    tag: str
    left: str  # until the decision is due


def customers_of(partner: Tenant) -> QuerySet[Association]:
    """Return the partner's active associations with their customers joined.

    Former customers are excluded: the partner may not see their contact data any more.
    """
    of_tenant = Partner.objects.filter(tenant=partner)[:1]
    return Association.objects.active().filter(partner=of_tenant).select_related("customer")


def rows_of(associations: Iterable[Association], reader: Reader) -> tuple[CustomerRow, ...]:
    """Return the rows of a page of customers_of."""
    shown = list(associations)
    opened = DisassociationRequest.objects.open().filter(association__in=shown)
    by_association = {request.association_id: request for request in opened}
    return tuple(_row(association, by_association.get(association.pk), reader) for association in shown)


def _row(association: Association, opened: DisassociationRequest | None, reader: Reader) -> CustomerRow:
    tone, tag = _tag(opened, reader) if opened else ("", "")
    return CustomerRow(
        tenant=association.customer,
        model=str(Association.Model(association.model).label),
        since=association.started_at,
        open_request=opened,
        may_decide=opened is not None and reader.may_decide(opened),
        tone=tone,
        tag=tag,
        left=days_left(opened.due_at) if opened and opened.status == Status.PENDING else "",
    )


def _tag(request: DisassociationRequest, reader: Reader) -> tuple[str, str]:
    if request.status == Status.APPROVED:
        return request.status, str(Status.APPROVED.label)
    if request.waits_for(reader.side):
        return "waiting", _("Waiting for you")
    return request.status, _("Waiting for the customer")
