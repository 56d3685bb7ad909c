"""All other tables of a world, so that every admin list has rows. See population.py."""

from __future__ import annotations

import uuid
from datetime import timedelta

from bench.rig.population import DAY, Rows, World

COLLEAGUE = ("username", "email", "password", "tenant_id", "role", "date_joined")


def colleagues(world: World, password: str) -> Rows:
    """Yield a member for every third organisation."""
    for number in range(1, world.tenants + 1, 3):
        name = f"member-{number}"
        yield name, f"{name}@portal.example", password, number, "member", world.now


MEMBERSHIP = ("master_id", "member_id", "accounting", "since_on")


def memberships(world: World) -> Rows:
    """Yield memberships of a few customers, whose master is the customer before them."""
    since = (world.now - DAY * 500).date()
    for customer in world.all_customers():
        if customer.is_one_in(30, 4):
            accounting = "independent" if customer.is_one_in(60, 4) else "unified"
            yield customer.tenant - 1, customer.tenant, accounting, since


FEED = ("tenant_id", "kind", "keeper", "synced_at")


def feeds(world: World) -> Rows:
    for customer in world.all_customers():
        keeper, synced = ("external", world.now + DAY * 365) if customer.is_one_in(3) else ("portal", None)
        yield customer.tenant, "orders", keeper, synced


PLAN = ("tenant_id", "number", "name", "starts_at", "ends_at", "provider")


def support_plans(world: World) -> Rows:
    """Yield expired support plans."""
    begun, over = world.now - DAY * 700, world.now - DAY * 300
    for customer in world.all_customers():
        provider = "vendor" if customer.is_one_in(9) else "partner"
        yield customer.tenant, f"SUP-{customer.number}", "Priority care", begun, over, provider


CONTRACT = ("tenant_id", "number", "name", "starts_at", "ends_at", "contact")


def contracts(world: World) -> Rows:
    begun, over = world.now - DAY * 700, world.now - DAY * 300
    for customer in world.all_customers():
        yield customer.tenant, f"SCC-{customer.number}", "Volume", begun, over, "Contracts desk"


CHALLENGE = (
    *("id", "user_id", "device_id", "purpose", "number_fingerprint", "subject", "subject_digest", "nonce", "key_id"),
    *("ip", "attempt", "created_at", "expires_at", "ended_at", "end"),
)


def challenges(world: World) -> Rows:
    """Yield one past challenge per customer. Devices have the same IDs as their users."""
    for customer in world.all_customers():
        at = world.now - DAY * (2 + customer.chance % 600)
        end = "superseded" if customer.is_one_in(6) else "accepted"
        text, ip = (
            f"{customer.number:032x}",
            f"10.{customer.number >> 16}.{customer.number >> 8 & 255}.{customer.number & 255}",
        )
        made = (uuid.uuid4(), customer.tenant, customer.tenant, "disassociate", text * 2, "{}", text * 2, text, "none")
        yield *made, ip, uuid.uuid4(), at, at + timedelta(minutes=5), at + timedelta(minutes=1), end


GRANT = ("customer_id", "granted_by_id", "reason", "created_at", "expires_at")


def grants(world: World) -> Rows:
    for customer in world.all_customers():
        if customer.is_one_in(10, 3):
            at = world.now - DAY * (100 + customer.chance % 500)
            yield customer.tenant, world.staff, "An exception", at, at + DAY * 90
