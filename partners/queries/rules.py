"""The rules in force: the newest policy and statement, a customer's grant, and the vendor's time zone."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Subquery

from accounts.models import Tenant
from partners.eligibility import GrantState
from partners.models import Grant, Policy, Statement


@dataclass(frozen=True)
class Rules:
    """The policy in force, and which statement is: only who shows it needs its text."""

    policy: Policy
    statement_id: int
    statement_version: int


def rules_in_force() -> Rules:
    """The newest policy and the newest statement's key, in one query."""
    newest = Statement.objects.order_by("-version")
    policy = Policy.objects.order_by("-version").annotate(
        statement_id=Subquery(newest.values("pk")[:1]), statement_version=Subquery(newest.values("version")[:1])
    )[0]
    return Rules(policy, policy.statement_id, policy.statement_version)


def usable_grant(customer: Tenant, now: datetime) -> GrantState | None:
    """The customer's oldest usable grant of a further request."""
    grant = Grant.objects.usable(now).filter(customer=customer).order_by("expires_at", "pk").first()
    return GrantState(grant.pk, grant.expires_at) if grant else None


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def vendor_zone() -> ZoneInfo:
    """The time zone in which the vendor counts days and months."""
    return _zone(settings.TIME_ZONE)
