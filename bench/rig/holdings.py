"""Requests, billing facts and notices of the customers of a world. See population.py."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from bench.rig.population import DAY, LARGE_PARTNER, Rows, World, WorldCustomer

NOTICES, NOTICES_OF_FEW = 2, 500  # per customer; of the first customer and of the large partner
REQUEST = (
    *("reference", "association_id", "customer_id", "partner_id", "initiator", "requested_by_id", "status", "reason"),
    *("policy_id", "statement_id", "submitted_at", "due_at", "decided_at", "decided_by", "decision_reason"),
    *("complete_at", "blocked_by", "closed_at"),
)


def requests(world: World, policy: int, statement: int) -> Rows:
    versions = (policy, statement)
    for customer in world.all_customers():
        if customer.has_former:
            yield _former(world, customer, versions)
        if customer.closed_status:
            yield _closed(world, customer, versions)
        if customer.open_status:
            yield _open(world, customer, versions)


def reference(customer: WorldCustomer, kind: str) -> str:
    return f"D-{kind}{customer.number:07d}"


def _former(world: World, customer: WorldCustomer, versions: tuple[int, int]) -> tuple[Any, ...]:
    ended = world.started_at(customer) - DAY
    sides = (world.former_association(customer), customer.tenant, customer.former_partner)
    asked = ("customer", customer.tenant, "completed", "", *versions, ended - DAY * 4, ended + DAY * 6)
    return reference(customer, "F"), *sides, *asked, ended, "partner", "", None, "[]", ended


def _closed(world: World, customer: WorldCustomer, versions: tuple[int, int]) -> tuple[Any, ...]:
    closed, status = world.now - DAY * (5 + customer.chance % 600), customer.closed_status
    decided = (closed, "partner", "Not yet.") if status == "rejected" else (None, "", "")
    sides = (world.association(customer), customer.tenant, customer.partner)
    asked = ("customer", customer.tenant, status, "", *versions, closed - DAY * 3, closed + DAY * 7)
    return reference(customer, "C"), *sides, *asked, *decided, None, "[]", closed


def _open(world: World, customer: WorldCustomer, versions: tuple[int, int]) -> tuple[Any, ...]:
    asked_at, status = world.now - DAY * (1 + customer.chance % 9), customer.open_status
    is_partner = customer.initiator == "partner"
    by = customer.partner if is_partner else customer.tenant
    decided: tuple[Any, ...] = (None, "", "", None, "[]")
    if status == "approved":
        decided = (world.now - DAY, "partner", "", world.now + DAY, '["arrears"]')
    sides = (world.association(customer), customer.tenant, customer.partner)
    asked = (customer.initiator, by, status, "We part." if is_partner else "", *versions, asked_at, asked_at + DAY * 10)
    return reference(customer, "P"), *sides, *asked, *decided, None


ARREARS = ("tenant_id", "amount", "since_on", "credit_limit", "credit_used", "currency")


def arrears(world: World) -> Rows:
    since = (world.now - DAY * 30).date()
    for customer in world.all_customers():
        owed = (312, since) if customer.owes else (0, None)
        yield customer.tenant, *owed, 25000, 11412, "EUR"


ORDER = ("tenant_id", "number", "ordered_on", "amount", "currency", "status")


def orders(world: World) -> Rows:
    on = (world.now - DAY * 70).date()
    for customer in world.all_customers():
        for number in range(2):
            yield customer.tenant, f"ORD-{customer.number}-{number}", on, 640, "EUR", "paid"
        if customer.is_one_in(7, 3):
            yield customer.tenant, f"ORD-{customer.number}-9", on, 86, "EUR", "unpaid"


TERM = ("tenant_id", "number", "name", "starts_at", "ends_at")


def reserved_instances(world: World) -> Rows:
    for customer in world.all_customers():
        if customer.is_one_in(3):
            ends = world.now + DAY * (60 if customer.is_one_in(12) else -60)
            yield customer.tenant, f"RI-{customer.number}", "4 × general large", world.now - DAY * 300, ends


NOTICE = (
    *("id", "event", "subject", "reference", "recipient_id", "recipient_tenant_id", "channel", "idempotency_key"),
    *("context", "state", "created_at", "next_attempt_at", "sent_at", "read_at"),
)


def notices(world: World) -> Rows:
    """Yield portal notices about the results of requests. The older half of each inbox is read."""
    for number in range(NOTICES_OF_FEW):
        yield _notice(world, world.customer(0), LARGE_PARTNER, number, NOTICES_OF_FEW)
    for customer in world.all_customers():
        total = NOTICES if customer.number else NOTICES_OF_FEW
        for number in range(total):
            yield _notice(world, customer, customer.tenant, number, total)


def _notice(world: World, customer: WorldCustomer, recipient: int, number: int, total: int) -> tuple[Any, ...]:
    at = world.now - DAY * (1 + number * 600 / total + customer.chance % 10**6 / 10**6)
    subject = f"{reference(customer, 'C')}-{number}"
    key = f"rejected:{subject}:{recipient}:portal:0"
    who = (recipient, recipient, "portal", key, _context(customer, at))
    read_at = at if number * 2 > total else None
    return uuid.uuid4(), "rejected", subject, reference(customer, "C"), *who, "sent", at, at, at, read_at


def _context(customer: WorldCustomer, at: datetime) -> str:
    return json.dumps(
        {
            "reference": reference(customer, "C"),
            "customer_name": f"Trader {customer.number}",
            "partner_name": f"Reseller {customer.partner}",
            "vendor_name": "The vendor",
            "initiator": "customer",
            "model": "reseller",
            "reason": "",
            "decision_reason": "Not yet.",
            "decided_by": "partner",
            "submitted_at": at.isoformat(),
            "due_at": at.isoformat(),
            "blockers": [],
            "log_hash": "",
            "url": "http://localhost/",
        }
    )
