"""The partner's Process page: the requests to decide as table rows, and their counts as tiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, ngettext

from accounts.dates import ago, days_left
from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest
from partners.presentation.listing import Listing
from partners.presentation.rail import DaysUsed, days_used

SOON = timedelta(days=7)


@dataclass(frozen=True)
class WaitingRow:
    request: DisassociationRequest
    days: DaysUsed
    tone: str
    tag: str
    checks: str  # how they stand now


@dataclass(frozen=True)
class Tile:
    """A count that links to the list it counts. `tone` is warn, bad, zero or empty."""

    number: str
    name: str
    note: str
    href: str
    tone: str = ""


def waiting_rows(
    requests: Iterable[DisassociationRequest], answers: dict[int, tuple[Answer, ...]], now: datetime
) -> tuple[WaitingRow, ...]:
    """Return the rows. `answers` are the current checks by request."""
    return tuple(_row(request, blockers(answers[request.pk]), now) for request in requests)


def _row(request: DisassociationRequest, failing: Sequence[Answer], now: datetime) -> WaitingRow:
    tone, tag = ("pending", _("Seen")) if request.seen_at else ("waiting", _("Not opened yet"))
    checks = ", ".join(answer.title for answer in failing) or _("All checks pass")
    if failing:
        words = ngettext("%(n)d check does not pass", "%(n)d checks do not pass", len(failing))
        tone, tag = "waiting", words % {"n": len(failing)}
    return WaitingRow(request, days_used(request, now), tone, tag, checks)


def tiles_of(waiting: Listing, others: Listing, now: datetime) -> tuple[Tile, ...]:
    """Return the counts above the first page of the requests to decide, which is in order of their deadlines."""
    if waiting.previous:
        return ()
    requests = [row.request for row in waiting.rows]
    overdue = [one for one in requests if one.due_at <= now]
    soon = [one for one in requests if now < one.due_at <= now + SOON]
    oldest = min((one.submitted_at for one in requests), default=None)
    asked = _("Oldest: %(when)s") % {"when": ago(oldest)} if oldest else _("Nothing to decide")
    first = f"{soon[0].customer.name}, {days_left(soon[0].due_at)}" if soon else ""
    has_more = bool(waiting.next)
    return (
        Tile(waiting.total, _("Waiting for you"), asked, "#waiting", "warn" if requests else "zero"),
        _tile(soon, has_more and soon[-1:] == requests[-1:], _("Due within 7 days"), first, "warn"),
        _tile(overdue, has_more and overdue == requests, _("Overdue"), "", "bad"),
        Tile(others.total or "0", _("Waiting for the customer"), "", "#others", "" if others.rows else "zero"),
    )


def _tile(found: Sequence[DisassociationRequest], has_more: bool, name: str, note: str, tone: str) -> Tile:
    return Tile(f"{len(found)}+" if has_more else str(len(found)), name, note, "#waiting", tone if found else "zero")
