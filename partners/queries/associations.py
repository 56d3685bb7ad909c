"""Queries for associations, with the joins that pages and operations need, each in one query."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.billing.current_partner import CurrentPartner
from accounts.models import Order, Tenant
from partners.models import Association

ACTIVE_FIRST = F("ended_at").desc(nulls_first=True)


def current_association(customer: Tenant) -> Association | None:
    """Return the customer's active association with partner, arrears and membership, as the checks read it."""
    return _with_account(Association.objects.active().filter(customer=customer)).first()


def newest_association(customer: Tenant) -> Association | None:
    """Return the active association, or the newest former one, without joins."""
    return Association.objects.filter(customer=customer).order_by(ACTIVE_FIRST).first()


def associations_of(customer: Tenant, most: int) -> list[Association]:
    """Return at most `most` associations for My Partner: the active one, then the newest former ones.

    Each has its partner, arrears, membership and number of unpaid orders.
    """
    unpaid = Order.objects.unpaid().filter(tenant=OuterRef("customer")).order_by().values("tenant")
    number = Coalesce(Subquery(unpaid.annotate(n=Count("pk")).values("n")), 0)
    rows = _with_account(Association.objects.filter(customer=customer)).annotate(unpaid_orders=number)
    return list(rows.order_by(ACTIVE_FIRST)[:most])


def _with_account(associations: QuerySet[Association]) -> QuerySet[Association]:
    return associations.select_related("partner__tenant", "customer__arrears", "customer__membership__master")


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """Return the customer's partner. Registered with accounts/billing/current_partner.py."""
    association = Association.objects.active().filter(customer=customer).select_related("partner__tenant").first()
    if association is None:
        return None
    return CurrentPartner(association.partner.tenant, association.model == Association.Model.RESELLER)
