"""Finds associations with all that pages and operations read beside them, each in one query."""

from __future__ import annotations

from django.db.models import F

from accounts.billing.current_partner import CurrentPartner
from accounts.models import Tenant
from partners.models import Association

ACTIVE_FIRST = F("ended_at").desc(nulls_first=True)


def current_association(customer: Tenant) -> Association | None:
    """The customer's active association with its partner, arrears and membership: what the checks read."""
    active = Association.objects.active().filter(customer=customer)
    return active.select_related("partner__tenant", "customer__arrears", "customer__membership__master").first()


def newest_association(customer: Tenant) -> Association | None:
    """The active one, or the newest that ended, and nothing beside it."""
    return Association.objects.filter(customer=customer).order_by(ACTIVE_FIRST).first()


def associations_of(customer: Tenant, most: int) -> list[Association]:
    """The active association, which comes first, and the newest former ones, `most` in all, each with its partner."""
    rows = Association.objects.filter(customer=customer).select_related("partner__tenant").order_by(ACTIVE_FIRST)
    found = list(rows[:most])
    for association in found:
        association.customer = customer
    return found


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """The customer's partner: what the account center asks (accounts/billing/current_partner.py)."""
    association = Association.objects.active().filter(customer=customer).select_related("partner__tenant").first()
    if association is None:
        return None
    return CurrentPartner(association.partner.tenant, association.model == Association.Model.RESELLER)
