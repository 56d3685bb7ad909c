"""What a file says of a customer's commitments, and who keeps which kind of fact from now on.

FOCUS 1.0 to 1.2 tell no term of a commitment. It is taken to be in force until a file of a later billing period that
charges the same customer omits it. A customer whom the file does not name is left as it was: its facts grow old.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.models import CommerceContract, FactFeed, FactKind, ReservedInstance, Tenant
from partners.focus.batch import Batch
from partners.focus.gathering import BilledCustomer, Commitment


def bring_commitments(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Add, name anew, end or revive the customer's terms; return whether anything changed."""
    if not batch.run.brings_commitments:
        return False
    named = dict(_by_table(customer))
    known = batch.terms[tenant.pk]
    changes = [_bring(batch, tenant, key, commitment, customer.period) for key, commitment in named.items()]
    omitted = [term for key, term in known.items() if key not in named and term.reported_for is not None]
    changes += [_save(term, term.reported_for, _end(term, None, customer.period)) for term in omitted]
    return any(changes)


def _by_table(customer: BilledCustomer) -> Iterator[tuple[tuple[type[Any], str], Commitment]]:
    for commitment in customer.commitments:
        table = ReservedInstance if commitment.is_reservation else CommerceContract
        yield (table, commitment.number), commitment


def _bring(batch: Batch, tenant: Tenant, key: tuple[type[Any], str], commitment: Commitment, newest: datetime) -> bool:
    table, number = key
    term = batch.terms[tenant.pk].get(key)
    if term is None:
        term = table(tenant=tenant, number=number, name=commitment.name, reported_for=commitment.period)
        term.ended_at = _end(term, commitment.period, newest)
        batch.new_rows.append(term)
        return True
    reported_for = max(term.reported_for or commitment.period, commitment.period)
    is_renamed = bool(commitment.name) and commitment.period >= reported_for and term.name != commitment.name
    if is_renamed:
        term.name = commitment.name
    return _save(term, reported_for, _end(term, commitment.period, newest), is_changed=is_renamed)


def _end(term: Any, seen: datetime | None, newest: datetime) -> datetime | None:
    """When the term ended early: at the start of the period that omits it, until a later period names it again."""
    ended: datetime | None = term.ended_at
    if ended is not None and seen is not None and seen >= ended:
        ended = None
    last = max(filter(None, (term.reported_for, seen)))
    return newest if ended is None and last < newest else ended


def _save(term: Any, reported_for: datetime | None, ended_at: datetime | None, *, is_changed: bool = False) -> bool:
    if not is_changed and (term.reported_for, term.ended_at) == (reported_for, ended_at):
        return False
    term.reported_for, term.ended_at = reported_for, ended_at
    term.save(update_fields=["name", "reported_for", "ended_at"])
    return True


def bring_feeds(batch: Batch, tenant: Tenant) -> bool:
    """Say who keeps each kind: the file what it brings, the portal all others. Return whether a keeper changed."""
    changes = [_bring_feed(batch, tenant, kind) for kind in FactKind]
    return any(changes)


def _bring_feed(batch: Batch, tenant: Tenant, kind: FactKind) -> bool:
    is_brought = kind in batch.run.brought
    keeper = FactFeed.Keeper.EXTERNAL if is_brought else FactFeed.Keeper.PORTAL
    synced_at = batch.run.at if is_brought else None
    feed = batch.feeds[tenant.pk].get(kind)
    if feed is None:
        batch.new_rows.append(FactFeed(tenant=tenant, kind=kind, keeper=keeper, synced_at=synced_at))
        return True
    if feed.keeper == keeper:
        return False
    FactFeed.objects.filter(pk=feed.pk).update(keeper=keeper, synced_at=synced_at)
    return True


def stamp_feeds(batch: Batch) -> None:
    """Write the time of the run to every feed that the file keeps: the one thing that a second run changes."""
    FactFeed.objects.filter(
        tenant__in=[tenant.pk for tenant in batch.tenants.values()], kind__in=batch.run.brought
    ).update(synced_at=batch.run.at)
