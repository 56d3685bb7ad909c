"""Tenants, users and associations of a world of any size: each table as a stream of rows for `bulk.copy`.

All data is derived from a customer's number, so that any part of a world can be generated without the others. The first
partner is large and has every tenth customer, the second has every hundredth, the others share the rest. The first
customer, one of the large partner's, has the longest log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from accounts.source_keys import match_key
from partners.models.association import sort_key

LARGE_PARTNER, MIDDLE_PARTNER = 1, 2  # the IDs of tenant, partner and administrator are equal
DAY = timedelta(days=1)
Rows = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class WorldCustomer:
    """One customer, by its number from 0 on. `tenant` is also the ID of its administrator."""

    number: int
    tenant: int
    partner: int
    former_partner: int

    @property
    def name(self) -> str:
        return f"Trader {self.chance % 10**6:06d} No. {self.number}"

    @cached_property
    def chance(self) -> int:
        """A pseudo-random number that is the same in every run."""
        return ((self.number + 1) * 2654435761 % 2**32) >> 7

    def is_one_in(self, many: int, rest: int = 0) -> bool:
        return self.number > 0 and self.chance % many == rest

    @property
    def is_associated(self) -> bool:
        return not self.is_one_in(20)

    @property
    def has_former(self) -> bool:
        return self.number == 0 or self.is_one_in(5)

    @property
    def open_status(self) -> str:
        """`pending` or `approved` if a request is open, otherwise empty."""
        if not self.is_associated:
            return ""
        return {1: "pending", 2: "pending", 3: "approved"}.get(self.chance % 50 if self.number else 0, "")

    @property
    def initiator(self) -> str:
        return "partner" if self.chance % 50 == 2 else "customer"

    @property
    def closed_status(self) -> str:
        """The final status of the customer's last request, or empty."""
        ends = ("rejected", "withdrawn", "expired", "cancelled")
        return ends[self.chance // 4 % 4] if self.is_associated and self.is_one_in(4, 1) else ""

    @property
    def owes(self) -> bool:
        return self.is_one_in(13, 5) or self.open_status == "approved"


@dataclass(frozen=True)
class World:
    tenants: int
    now: datetime

    @property
    def partners(self) -> int:
        return max(3, self.tenants // 100)

    @property
    def customers(self) -> int:
        return self.tenants - self.partners

    @property
    def staff(self) -> int:
        return self.tenants + 1

    def customer(self, number: int) -> WorldCustomer:
        partner = 3 + number % (self.partners - 2)
        if number % 10 == 0 or number % 100 == 1:
            partner = LARGE_PARTNER if number % 10 == 0 else MIDDLE_PARTNER
        return WorldCustomer(number, self.partners + 1 + number, partner, 1 + (partner + 1) % self.partners)

    def all_customers(self) -> Iterator[WorldCustomer]:
        return map(self.customer, range(self.customers))

    def association(self, customer: WorldCustomer) -> int:
        return customer.number * 2 + 2

    def former_association(self, customer: WorldCustomer) -> int:
        return customer.number * 2 + 1

    def started_at(self, customer: WorldCustomer) -> datetime:
        return self.now - DAY * (800 + customer.chance % 900)


TENANT = (
    "id",
    "key",
    "match_key",
    "public_key",
    "kind",
    "name",
    "contact_email",
    "contact_phone",
    "currency",
    "created_at",
)


def tenants(world: World) -> Rows:
    at = world.now - DAY * 1800
    for number in range(1, world.partners + 1):
        yield _tenant(number, "partner", f"Reseller {number * 7919 % 99991:05d}", "EUR", at)
    for customer in world.all_customers():
        yield _tenant(customer.tenant, "customer", customer.name, "" if customer.is_one_in(40, 9) else "EUR", at)


def _tenant(number: int, kind: str, name: str, currency: str, at: datetime) -> tuple[Any, ...]:
    email, phone = f"desk-{number}@portal.example", f"+1415{2000000 + number}"
    key = f"{kind[0]}-{number:08d}"
    return number, key, match_key(key), f"k{number:010d}", kind, name, email, phone, currency, at


USER = ("id", "username", "email", "password", "tenant_id", "role", "is_staff", "is_superuser", "date_joined")


def users(world: World, password: str) -> Rows:
    """Yield one administrator per tenant, and one staff user."""
    for number in range(1, world.tenants + 1):
        name = f"user-{number}"
        yield number, name, f"{name}@portal.example", password, number, "administrator", False, False, world.now
    yield world.staff, "staff", "staff@portal.example", password, None, "", True, True, world.now


DEVICE = ("id", "user_id", "name", "confirmed", "number", "confirmed_at")


def devices(world: World) -> Rows:
    for number in range(1, world.tenants + 1):
        yield number, number, "mobile", True, f"+1415{2000000 + number}", world.now - DAY * 200


PARTNER = ("id", "tenant_id", "created_at")


def partners(world: World) -> Rows:
    for number in range(1, world.partners + 1):
        yield number, number, world.now - DAY * 1800


ASSOCIATION = ("id", "customer_id", "partner_id", "model", "started_at", "customer_sort_key", "ended_at", "ended_by")


def associations(world: World) -> Rows:
    for customer in world.all_customers():
        started = world.started_at(customer)
        model, key = "referral" if customer.is_one_in(10, 7) else "reseller", sort_key(customer.name)
        if customer.is_associated:
            yield world.association(customer), customer.tenant, customer.partner, model, started, key, None, ""
        if customer.has_former:
            number, ended = world.former_association(customer), started - DAY
            begun = started - DAY * 400
            yield number, customer.tenant, customer.former_partner, model, begun, key, ended, "customer"
