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
COPIED_FIELDS = ("number", "name", "starts_at", "ends_at", "ended_at", "reported_for", "omitted_for")


def add_facts(*, rows: Sequence[Model]) -> None:
    """Bulk insert new rows of any kind of fact, one statement per table."""
    for table in {type(row) for row in rows}:
        table._default_manager.bulk_create([row for row in rows if isinstance(row, table)])


def save_term(*, term: Term, changed: Collection[str]) -> None:
    term.save(update_fields=changed)


def move_term(*, term: Term, to: NewRow) -> NewRow:
    """Move a term to the table of another kind, as a new or an existing row, and delete the old row."""
    if to.pk is None:
        for name in COPIED_FIELDS:
            setattr(to, name, getattr(term, name))
        to.save()
    term.delete()
    return to


def keep_elsewhere(*, feed: FactFeed, synced_at: datetime | None) -> None:
    """Make an external system the keeper of this kind of fact. synced_at is None while its data are incomplete."""
    feed.keeper, feed.synced_at = FactFeed.Keeper.EXTERNAL, synced_at
    feed.save(update_fields=["keeper", "synced_at"])


def stamp_feeds(*, tenants: Iterable[int], kinds: Iterable[FactKind], at: datetime) -> None:
    """Set the sync time of these kinds of fact of the tenants."""
    FactFeed.objects.filter(tenant__in=list(tenants), kind__in=list(kinds)).update(synced_at=at)
