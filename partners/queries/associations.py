"""Queries for associations, with the joins that pages and operations need, each in one query."""

from __future__ import annotations

from django.db.models import F

from accounts.billing.current_partner import CurrentPartner
from accounts.models import Tenant
from accounts.single import one_or_none
from partners.models import Association

ACTIVE_FIRST = F("ended_at").desc(nulls_first=True)


def current_association(customer: Tenant) -> Association | None:
    """Return the customer's active association with partner, arrears and membership, as the checks read it."""
    active = Association.objects.active().filter(customer=customer)
    return one_or_none(active.select_related("partner__tenant", "customer__arrears", "customer__membership__master"))


def newest_association(customer: Tenant) -> Association | None:
    """Return the active association, or the newest former one, without joins."""
    return Association.objects.filter(customer=customer).order_by(ACTIVE_FIRST).first()


def associations_of(customer: Tenant, most: int) -> list[Association]:
    """Return at most `most` associations with their partner: the active one, then the newest former ones."""
    rows = Association.objects.filter(customer=customer).select_related("partner__tenant").order_by(ACTIVE_FIRST)
    found = list(rows[:most])
    for association in found:
        association.customer = customer
    return found


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """Return the customer's partner. Registered with accounts/billing/current_partner.py."""
    active = Association.objects.active().filter(customer=customer)
    association = one_or_none(active.select_related("partner__tenant"))
    if association is None:
        return None
    return CurrentPartner(association.partner.tenant, association.model == Association.Model.RESELLER)
