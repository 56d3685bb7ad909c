"""Finds associations with all that pages and operations read beside them, each in one query."""

from __future__ import annotations

from functools import cache, partial

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.billing.current_partner import CurrentPartner
from accounts.models import Order, Tenant
from accounts.prepared import Prepared
from partners.models import Association


def current_association(customer: Tenant) -> Association | None:
    """The customer's active association with its partner, arrears, membership and number of unpaid orders."""
    return next(iter(_active(customer=customer.pk)), None)


def associations_of(customer: Tenant, most: int) -> list[Association]:
    """The same for the active association, which comes first, and the newest former ones: `most` in all."""
    return _newest(most)(customer=customer.pk)


def _with_account(associations: QuerySet[Association]) -> QuerySet[Association]:
    unpaid = Order.objects.unpaid().filter(tenant=OuterRef("customer")).order_by().values("tenant")
    return associations.select_related("partner__tenant", "customer__arrears", "customer__membership__master").annotate(
        unpaid_orders=Coalesce(Subquery(unpaid.annotate(n=Count("pk")).values("n")), 0)
    )


def _active_of(customer: int) -> QuerySet[Association]:
    return _with_account(Association.objects.active().filter(customer=customer))


_active = Prepared(_active_of, (("customer", int),))


def _newest_of(most: int, customer: int) -> QuerySet[Association]:
    rows = _with_account(Association.objects.filter(customer=customer))
    return rows.order_by(F("ended_at").desc(nulls_first=True))[:most]


@cache
def _newest(most: int) -> Prepared:
    return Prepared(partial(_newest_of, most), (("customer", int),))


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """The customer's partner: what the account center asks (accounts/billing/current_partner.py)."""
    association = Association.objects.active().filter(customer=customer).select_related("partner__tenant").first()
    if association is None:
        return None
    return CurrentPartner(association.partner.tenant, association.model == Association.Model.RESELLER)
