"""Queries for the rules in force: the newest policy and statement, a customer's grant, the vendor's time zone."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Tenant
from partners.eligibility import GrantState
from partners.models import Grant, Policy, Statement


@dataclass(frozen=True)
class Rules:
    """The policy and the statement in force."""

    policy: Policy
    statement: Statement


def rules_in_force() -> Rules:
    """Return the newest policy and the newest statement, in two queries."""
    return Rules(Policy.current(), Statement.current())


def usable_grant(customer: Tenant, now: datetime) -> GrantState | None:
    """Return the customer's usable grant that expires first, or None."""
    grant = Grant.objects.usable(now).filter(customer=customer).order_by("expires_at", "pk").first()
    return GrantState(grant.pk, grant.expires_at) if grant else None


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def vendor_zone() -> ZoneInfo:
    """Return the vendor's time zone, in which days and months are counted."""
    return _zone(settings.TIME_ZONE)
