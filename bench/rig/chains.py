"""The operation log of a world: valid hash chains, written in chronological order.

The chains are interleaved, so that the entries of one tenant are scattered over the table, like in production.
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

LONGEST = 2000  # entries of the first customer's chain, if the world has at least five times as many
ENTRY = (
    *("id", "chain", "seq", "at", "operation", "result", "side", "actor_id", "customer_id", "partner_id", "reference"),
    *("status_before", "status_after", "remark_word", "remark_data", "payload", "previous_hash", "hash"),
)
HEAD = ("chain", "seq", "hash")
# Repeated after the first entry, from any point on. Attempts before a request are not included.
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
    """State of a chain while it is generated."""

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
    """The columns that `canonical_text` covers. Cheaper than a model instance."""

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
    """Return the chains of associated customers, the longest first. With several parts, return one part."""
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
    """Return a chain whose entries are spread evenly from the start of the association to now.

    One chain in fifty starts recently, so that the newest entries contain every operation.
    """
    first_at = world.now - timedelta(days=30) if customer.chance % 50 == 0 else world.started_at(customer)
    step = (world.now - first_at - timedelta(hours=1)) / length
    name = f"association:{world.association(customer)}"
    return Chain(customer, name, customer.partner, length, first_at, step)


def entries_of(chains: list[Chain], first: int, step: int, counted: Callable[[int], object]) -> Rows:
    """Yield the entries with IDs from `first` by `step`. Chains advance together, longer ones in larger steps."""
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
    what = (about and line.reference, before, after, word, data_text)
    who = (actor, customer.tenant, chain.partner)
    return chain.name, seq, line.at, operation, result, side, *who, *what, payload, previous, chain.hash
