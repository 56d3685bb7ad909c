"""Load a world into an empty, migrated database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from accounts.models import (
    Arrears,
    ChainHead,
    Challenge,
    CommerceContract,
    FactFeed,
    MemberAccount,
    Notification,
    OperationLogEntry,
    Order,
    ReservedInstance,
    SmsDevice,
    SupportPlan,
    Tenant,
    User,
)
from bench.rig import bulk, chains, holdings, population, records
from bench.rig.population import Rows, World
from partners.models import Association, DisassociationRequest, Grant, Partner, Policy, Statement

PASSWORD = "demo-password"  # everybody's
Table = tuple[type[Model], Sequence[str], Rows]


def tables_of(world: World) -> Iterator[Table]:
    """Yield all tables except the log, each after the tables that it references."""
    policy, statement = Policy.current().pk, Statement.current().pk
    password = make_password(PASSWORD)
    yield Tenant, population.TENANT, population.tenants(world)
    yield User, population.USER, population.users(world, password)
    yield SmsDevice, population.DEVICE, population.devices(world)
    yield Partner, population.PARTNER, population.partners(world)
    yield Association, population.ASSOCIATION, population.associations(world)
    yield DisassociationRequest, holdings.REQUEST, holdings.requests(world, policy, statement)
    yield Arrears, holdings.ARREARS, holdings.arrears(world)
    yield Order, holdings.ORDER, holdings.orders(world)
    yield ReservedInstance, holdings.TERM, holdings.reserved_instances(world)
    yield Notification, holdings.NOTICE, holdings.notices(world)
    yield from rest_of(world, password)


def rest_of(world: World, password: str) -> Iterator[Table]:
    yield User, records.COLLEAGUE, records.colleagues(world, password)
    yield MemberAccount, records.MEMBERSHIP, records.memberships(world)
    yield FactFeed, records.FEED, records.feeds(world)
    yield SupportPlan, records.PLAN, records.support_plans(world)
    yield CommerceContract, records.CONTRACT, records.contracts(world)
    yield Challenge, records.CHALLENGE, records.challenges(world)
    yield Grant, records.GRANT, records.grants(world)


def load(tables: Iterable[Table], say: Callable[[str], None]) -> None:
    for model, names, rows in tables:
        say(f"{model._meta.verbose_name_plural} ...")
        bulk.copy(model, names, rows)
        if model not in (Notification, Challenge):
            bulk.set_sequence(model)


def load_log(
    world: World, entries: int, *, part: int = 0, parts: int = 1, counted: Callable[[int], object] = int
) -> None:
    """Load the log, or every `parts`-th chain of it, so that processes can share the work."""
    loaded: list[Any] = chains.chains_of(world, entries, part, parts)
    bulk.copy(OperationLogEntry, chains.ENTRY, chains.entries_of(loaded, part + 1, parts, counted))
    bulk.copy(ChainHead, chains.HEAD, chains.heads_of(loaded))
