"""Write the facts of an import: commitments, and the keeper and sync time of each kind of fact.

Each runs inside the caller's transaction, which holds the locks of the tenants and appends the entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Model

from accounts.models import FactFeed, FactKind, Term

NewRow = TypeVar("NewRow", bound=Term)
COPIED_FIELDS = (
    *("number", "name", "starts_at", "ends_at", "ended_at"),
    *("reported_for", "omitted_for", "is_applied_only"),
)


def add_facts(*, rows: Sequence[Model]) -> None:
    """Bulk insert new rows of any kind of fact, one statement per table."""
    for table in {type(row) for row in rows}:
        table._default_manager.bulk_create([row for row in rows if isinstance(row, table)])


def save_term(*, term: Term, changed: Collection[str]) -> None:
    term.save(update_fields=changed)


def move_term(*, term: Term, to: NewRow) -> NewRow:
    """Move a term to the table of another kind, as a new row or merged into an existing one. Delete the old row."""
    if to.pk is None:
        for name in COPIED_FIELDS:
            setattr(to, name, getattr(term, name))
    else:
        _merge(term, to)
    to.save()
    term.delete()
    return to


def _merge(term: Term, to: Term) -> None:
    """Fill what the existing row does not know; of an end by the data, the row of the newer billing period decides.

    A start is filled only with an end, so that both are of one row or fit. An end that a charge of a later period
    contradicts is not taken.
    """
    if to.reported_for is None:  # entered by people: whether it ended is theirs to say
        to.omitted_for = term.omitted_for
    elif term.reported_for is not None and term.reported_for > to.reported_for:
        to.omitted_for, to.ended_at = term.omitted_for, term.ended_at
    to.is_applied_only = term.is_applied_only and (to.is_applied_only or to.reported_for is None)
    periods = [row.reported_for for row in (term, to) if row.reported_for is not None]
    to.reported_for, to.name = max(periods, default=None), to.name or term.name
    is_contradicted = to.reported_for is not None and term.ends_at is not None and to.reported_for >= term.ends_at
    if to.ends_at is None and term.ends_at is not None and not is_contradicted:
        fits = to.starts_at is not None and to.starts_at <= term.ends_at
        to.starts_at, to.ends_at = to.starts_at if fits else term.starts_at, term.ends_at
    elif to.starts_at is None and term.starts_at is not None:
        fits = to.ends_at is None or term.starts_at <= to.ends_at
        to.starts_at = term.starts_at if fits else None


def keep_elsewhere(*, feed: FactFeed, synced_at: datetime | None) -> None:
    """Make an external system the keeper of this kind of fact. synced_at is None while its data are incomplete."""
    feed.keeper, feed.synced_at = FactFeed.Keeper.EXTERNAL, synced_at
    feed.save(update_fields=["keeper", "synced_at"])


def stamp_feeds(*, tenants: Iterable[int], kinds: Iterable[FactKind], at: datetime) -> None:
    """Set the sync time of these kinds of fact of the tenants."""
    FactFeed.objects.filter(tenant__in=list(tenants), kind__in=list(kinds)).update(synced_at=at)
