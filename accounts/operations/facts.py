"""Writes the facts that a file brings: commitments, and who keeps which kind of fact since when. An import does.

Each runs inside the caller's transaction, which holds the locks of the tenants and appends the entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Model

from accounts.models import FactFeed, FactKind, Term

NewRow = TypeVar("NewRow", bound=Term)
MOVED = ("number", "name", "starts_at", "ends_at", "ended_at", "reported_for", "omitted_for")


def add_facts(*, rows: Sequence[Model]) -> None:
    """Insert new rows of any kinds of fact, one statement for each table."""
    for table in {type(row) for row in rows}:
        table._default_manager.bulk_create([row for row in rows if isinstance(row, table)])


def save_term(*, term: Term, changed: Collection[str]) -> None:
    term.save(update_fields=changed)


def move_term(*, term: Term, to: NewRow) -> NewRow:
    """Write a term as another kind, a new row or one that is there already, and delete it as what it was."""
    if to.pk is None:
        for name in MOVED:
            setattr(to, name, getattr(term, name))
        to.save()
    term.delete()
    return to


def keep_elsewhere(*, feed: FactFeed, synced_at: datetime | None) -> None:
    """Let another system keep this kind of fact from now on. No synced_at: its data are not whole yet."""
    feed.keeper, feed.synced_at = FactFeed.Keeper.EXTERNAL, synced_at
    feed.save(update_fields=["keeper", "synced_at"])


def stamp_feeds(*, tenants: Iterable[int], kinds: Iterable[FactKind], at: datetime) -> None:
    """Write when these kinds of fact of the tenants were last brought up to date."""
    FactFeed.objects.filter(tenant__in=list(tenants), kind__in=list(kinds)).update(synced_at=at)
