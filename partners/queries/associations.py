"""Queries for associations, with the joins that pages and operations need, each in one query."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.billing.current_partner import CurrentPartner
from accounts.models import Order, Tenant
from partners.models import Association


def current_association(customer: Tenant) -> Association | None:
    """Return the customer's active association with partner, arrears, membership and number of unpaid orders."""
    return _with_account(Association.objects.active().filter(customer=customer)).first()


def associations_of(customer: Tenant, most: int) -> list[Association]:
    """Return at most `most` associations with the same joins: the active one, then the newest former ones."""
    rows = _with_account(Association.objects.filter(customer=customer))
    return list(rows.order_by(F("ended_at").desc(nulls_first=True))[:most])


def _with_account(associations: QuerySet[Association]) -> QuerySet[Association]:
    unpaid = Order.objects.unpaid().filter(tenant=OuterRef("customer")).order_by().values("tenant")
    return associations.select_related("partner__tenant", "customer__arrears", "customer__membership__master").annotate(
        unpaid_orders=Coalesce(Subquery(unpaid.annotate(n=Count("pk")).values("n")), 0)
    )


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """Return the customer's partner. Registered with accounts/billing/current_partner.py."""
    association = Association.objects.active().filter(customer=customer).select_related("partner__tenant").first()
    if association is None:
        return None
    return CurrentPartner(association.partner.tenant, association.model == Association.Model.RESELLER)
