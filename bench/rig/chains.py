"""The operation log of a world: chains that `verify_operation_log` finds whole, written in the order of time.

Every chain gets its next entry in turn, so that the entries of one tenant lie scattered over the table, as they do
where a thousand tenants have been at work for years.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from accounts.log.append import canonical_text, link
from accounts.models import OperationLogEntry
from bench.rig.holdings import reference
from bench.rig.population import Rows, World, WorldCustomer

LONGEST = 2000  # entries of the first customer's chain, where the world has five times as many
ENTRY = (
    *("id", "chain", "seq", "at", "operation", "result", "side", "actor_id", "customer_id", "partner_id", "reference"),
    *("status_before", "status_after", "remark_word", "remark_data", "payload", "previous_hash", "hash"),
)
HEAD = ("chain", "seq", "hash")
# After its beginning, again and again, from any point on. Attempts before a request are in the chains of tenants.
STORY: tuple[tuple[str, str, str, str, str, str, dict[str, Any]], ...] = (
    ("requested", "done", "customer", "", "pending", "checks-passed", {"passed": 10, "total": 10}),
    ("seen", "done", "partner", "pending", "pending", "", {}),
    ("approved", "refused", "partner", "", "", "checks-block", {"checks": ["arrears"]}),
    ("reminded", "done", "system", "pending", "pending", "", {}),
    ("rejected", "done", "partner", "pending", "rejected", "reason", {"reason": "The migration is not finished."}),
    ("requested", "done", "customer", "", "pending", "checks-passed", {"passed": 10, "total": 10}),
    ("seen", "done", "partner", "pending", "pending", "", {}),
    ("approved", "done", "partner", "pending", "approved", "", {}),
    ("blocked", "failed", "system", "approved", "approved", "checks-block", {"checks": ["arrears"]}),
    ("cancelled", "done", "vendor", "approved", "cancelled", "reason", {"reason": "Nobody settles the arrears."}),
)
BEGINNING = ("associated", "done", "vendor", "", "", "associated", {"model": "reseller", "reason": "Contract signed"})


@dataclass(slots=True)
class Chain:
    """One chain while it grows: the hash of its newest entry, and how many it has."""

    customer: WorldCustomer
    name: str
    partner: int
    length: int
    first_at: datetime
    step: timedelta
    seq: int = 0
    hash: str = ""


@dataclass(slots=True)
class Line:
    """What `canonical_text` covers of an entry: the model's columns without the model's weight."""

    at: datetime
    chain: str
    seq: int
    operation: str
    result: str
    side: str
    actor_id: int | None
    customer_id: int
    partner_id: int
    reference: str
    status_before: str
    status_after: str
    remark_word: str
    remark_data: dict[str, Any] = field(default_factory=dict)


def chains_of(world: World, entries: int, part: int = 0, parts: int = 1) -> list[Chain]:
    """Every associated customer's chain, the longest first; of several parts only the one that is asked for."""
    associated = [customer for customer in world.all_customers() if customer.is_associated]
    longest = min(LONGEST, entries // 5)
    each, more = divmod(entries - longest, len(associated) - 1)
    found = []
    for place, customer in enumerate(associated):
        if place % parts == part:
            length = longest if place == 0 else each + (place <= more)
            found.append(_chain(world, customer, max(length, 1)))
    return found


def _chain(world: World, customer: WorldCustomer, length: int) -> Chain:
    """Its entries are spread evenly from the start of the association to now.

    One chain in fifty begins lately, so that the newest entries are of every operation, as where customers still come.
    """
    first_at = world.now - timedelta(days=30) if customer.chance % 50 == 0 else world.started_at(customer)
    step = (world.now - first_at - timedelta(hours=1)) / length
    name = f"association:{world.association(customer)}"
    return Chain(customer, name, customer.partner, length, first_at, step)


def entries_of(chains: list[Chain], first: int, step: int, counted: Callable[[int], object]) -> Rows:
    """The entries, numbered from `first` by `step`. The chains advance together, the longer ones in larger bites."""
    number, rounds = first, min(chain.length for chain in chains)
    for turn in range(rounds):
        for chain in chains:
            until = chain.length * (turn + 1) // rounds
            for seq in range(chain.seq + 1, until + 1):
                yield number, *_entry(chain, seq)
                number += step
        counted((number - first) // step)


def heads_of(chains: list[Chain]) -> Iterator[tuple[str, int, str]]:
    return ((chain.name, chain.seq, chain.hash) for chain in chains)


def _entry(chain: Chain, seq: int) -> tuple[Any, ...]:
    customer = chain.customer
    turn, place = divmod(seq + customer.chance, len(STORY))
    operation, result, side, before, after, word, data = BEGINNING if seq == 1 else STORY[place]
    actor = {"customer": customer.tenant, "partner": chain.partner}.get(side)
    about = reference(customer, "C") if before or after else ""
    line = Line(
        chain.first_at + chain.step * (seq - 0.5),
        *(chain.name, seq, operation, result, side, actor, customer.tenant, chain.partner),
        *(f"{about}-{turn % 10000}" if about else "", before, after, word, data),
    )
    payload = canonical_text(cast("OperationLogEntry", line))
    previous, chain.seq, chain.hash = chain.hash, seq, link(chain.hash, payload)
    data_text = json.dumps(data)
    told = (about and line.reference, before, after, word, data_text)
    who = (actor, customer.tenant, chain.partner)
    return chain.name, seq, line.at, operation, result, side, *who, *told, payload, previous, chain.hash
