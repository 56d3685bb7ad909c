"""Prepare a world for a benchmark: find customers who can disassociate, and undo earlier benchmarks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import MemberAccount, Order, ReservedInstance, Tenant
from bench.rig import people
from bench.rig.wrk import Flow
from bench.world import build
from partners.models import Association, DisassociationRequest, Policy, Statement

# Undo requests of earlier benchmarks (by a code, or by `create_requests`), so that they do not count for limits.
RESTORE = (
    """UPDATE partners_association SET ended_at = NULL, ended_by = '' WHERE id IN (SELECT association_id
        FROM partners_disassociationrequest WHERE status = 'completed' AND reference LIKE 'B-%')""",
    """UPDATE partners_disassociationrequest SET status = 'cancelled', closed_at = coalesce(closed_at, now()),
        submitted_at = submitted_at - interval '1 year' WHERE challenge_id IS NOT NULL OR reference LIKE 'B-%'""",
    """UPDATE accounts_challenge SET created_at = created_at - interval '2 days', ended_at = coalesce(ended_at, now()),
        "end" = CASE "end" WHEN '' THEN 'voided' ELSE "end" END""",
)


@dataclass(frozen=True)
class ReadyCustomer:
    """A customer for whom all checks pass. The administrators have the same IDs as their tenants."""

    association: int
    customer: int
    partner: int


def set_up(tenants: int, entries: int) -> None:
    """Load a world of that size into an empty database, or reset an existing one."""
    if not Tenant.objects.exists():
        build(tenants, entries)
    Session.objects.all().delete()
    with connection.cursor() as cursor:
        for statement in RESTORE:
            cursor.execute(statement)


def ready_customers(most: int) -> list[ReadyCustomer]:
    """Return up to `most` ready customers in pseudo-random order."""
    customer, now = OuterRef("customer"), timezone.now()
    asked = DisassociationRequest.objects.filter(customer=customer).exclude(status__in=["expired", "cancelled"])
    found = (
        Association.objects.active()
        .filter(model=Association.Model.RESELLER, customer__currency="EUR", customer__arrears__amount=0)
        .exclude(Exists(Order.objects.unpaid().filter(tenant=customer)))
        .exclude(Exists(ReservedInstance.objects.in_force(now).filter(tenant=customer)))
        .exclude(Exists(MemberAccount.objects.independent().filter(master=customer)))
        .exclude(Exists(asked.filter(submitted_at__gt=now - timedelta(days=120))))
        .exclude(Exists(asked.filter(status__in=["pending", "approved"])))
        .extra(order_by=["by_chance"], select={"by_chance": "md5(partners_association.id::text)"})
    )
    return [ReadyCustomer(*row[:3]) for row in found.values_list("pk", "customer_id", "partner_id")[:most]]


def create_requests(customers: list[ReadyCustomer], **changes: object) -> list[DisassociationRequest]:
    """Create a pending request for each customer, like a submit but without log entry and notices."""
    now, policy, statement = timezone.now(), Policy.current(), Statement.current()
    rows = [
        DisassociationRequest(
            reference=f"B-{secrets.token_hex(6)}",
            association_id=one.association,
            customer_id=one.customer,
            partner_id=one.partner,
            initiator="customer",
            requested_by_id=one.customer,
            policy=policy,
            statement=statement,
            submitted_at=now,
            due_at=now + timedelta(days=policy.deadline_days),
            **changes,
        )
        for one in customers
    ]
    return DisassociationRequest.objects.bulk_create(rows, batch_size=1000)


def hello_flows(users: list[int]) -> list[Flow]:
    """Return flows of the baseline view for these user IDs."""
    return [Flow(cookies, "/hello/") for cookies in people.sign_in(users, backend=people.STICK)]


class Shares:
    """Divides the ready customers into equal shares, one per round."""

    def __init__(self, rounds: int, *, most: int = 60_000) -> None:
        self.all = ready_customers(most)
        self.size = len(self.all) // (rounds + 1)
        self.taken = 0

    def take(self) -> list[ReadyCustomer]:
        self.taken += self.size
        return self.all[self.taken - self.size : self.taken]
