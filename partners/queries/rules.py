"""The rules in force for a customer: policy, statement and grant, in one query; and the vendor's time zone."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Subquery

from accounts.models import Tenant
from accounts.prepared import Prepared
from partners.eligibility import GrantState
from partners.models import Grant, Policy, Statement

TEXTS = ("changes", "stays", "referral_changes", "referral_stays")


@dataclass(frozen=True)
class Rules:
    """The policy and the statement in force, and the customer's usable grant."""

    policy: Policy
    statement: Statement
    grant: GrantState | None


def rules_for(customer: Tenant, now: datetime) -> Rules:
    """The newest policy and statement and the customer's oldest usable grant, in one query."""
    policy = _newest(customer=customer.pk, now=now)[0]
    return Rules(
        policy,
        Statement(
            pk=policy.statement_id,
            version=policy.statement_version,
            **{name: getattr(policy, name) for name in TEXTS},
        ),
        GrantState(policy.grant_id, policy.grant_expires_at) if policy.grant_id else None,
    )


def _policies(customer: int, now: datetime) -> QuerySet[Policy]:
    statement = Statement.objects.order_by("-version")
    grant = Grant.objects.usable(now).filter(customer=customer).order_by("expires_at", "pk")
    return Policy.objects.order_by("-version").annotate(
        statement_id=Subquery(statement.values("pk")[:1]),
        statement_version=Subquery(statement.values("version")[:1]),
        **{name: Subquery(statement.values(name)[:1]) for name in TEXTS},
        grant_id=Subquery(grant.values("pk")[:1]),
        grant_expires_at=Subquery(grant.values("expires_at")[:1]),
    )[:1]


_newest = Prepared(_policies, (("customer", int), ("now", datetime)))


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def vendor_zone() -> ZoneInfo:
    """The time zone in which the vendor counts days and months."""
    return _zone(settings.TIME_ZONE)
