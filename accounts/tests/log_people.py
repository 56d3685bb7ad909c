"""Users and entries for the tests of the operation log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.log.append import LogScope, append
from accounts.models import Operation, OperationLogEntry, Result, Side, Tenant, User

NOON = datetime(2025, 11, 13, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A customer with its partner, and a second pair that must not see the entries of the first."""

    customer: Tenant
    partner: Tenant
    other_customer: Tenant
    other_partner: Tenant
    administrator: User
    member: User
    partner_administrator: User
    other_administrator: User
    other_partner_administrator: User
    staff: User

    def scope(self, **changes: Any) -> LogScope:
        given: dict[str, Any] = {
            "chain": "association:1",
            "side": Side.CUSTOMER,
            "actor": self.administrator,
            "customer": self.customer,
            "partner": self.partner,
            "reference": "D-7K3M9QXA",
        }
        return LogScope(**(given | changes))

    def append(
        self, operation: Operation = Operation.REQUESTED, *, scope: LogScope | None = None, **data: Any
    ) -> OperationLogEntry:
        with transaction.atomic():
            return append(scope or self.scope(), operation, **data)


def make_world() -> World:
    customer, other_customer = tenant("customer", "Northfield Traders"), tenant("customer", "Millbrook Foods")
    partner, other_partner = tenant("partner", "Harbourline Systems"), tenant("partner", "Castlegate Cloud")
    return World(
        customer,
        partner,
        other_customer,
        other_partner,
        administrator=user("dana", customer, "administrator"),
        member=user("milo", customer, "member"),
        partner_administrator=user("pat", partner, "administrator"),
        other_administrator=user("olga", other_customer, "administrator"),
        other_partner_administrator=user("quinn", other_partner, "administrator"),
        staff=User.objects.create_superuser("sam", "sam@vendor.example", "unused-password"),
    )


def tenant(kind: str, name: str) -> Tenant:
    return Tenant.objects.create(kind=kind, name=name, key=name.lower().replace(" ", "-"))


def user(name: str, of: Tenant, role: str) -> User:
    made: User = User.objects.create_user(name, f"{name}@{of.key}.example", "unused-password", tenant=of, role=role)
    return made


def many(world: World, count: int, **changes: Any) -> None:
    """Insert entries without a hash chain, for tests that only read."""
    given: dict[str, Any] = {
        "chain": "association:1",
        "operation": Operation.SEEN,
        "result": Result.DONE,
        "side": Side.CUSTOMER,
        "actor": world.administrator,
        "customer": world.customer,
        "partner": world.partner,
        "reference": "D-7K3M9QXA",
    }
    first = OperationLogEntry.objects.count() + 1
    OperationLogEntry.objects.bulk_create(
        [
            OperationLogEntry(seq=seq, **({"at": NOON + timedelta(minutes=seq)} | given | changes))
            for seq in range(first, first + count)
        ],
        batch_size=1000,
    )


@pytest.fixture
def world(db: None) -> World:
    return make_world()
