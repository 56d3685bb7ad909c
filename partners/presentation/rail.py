"""The rail beside a request: who acts, until when, and how much of the time is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import DisassociationRequest, Status
from partners.presentation.reader import Reader


@dataclass(frozen=True)
class DaysUsed:
    """The time to decide in days, for a bar."""

    used: int
    all: int
    tone: str  # info, warn or bad


@dataclass(frozen=True)
class Rail:
    who: str
    who_note: str
    due_at: datetime | None  # while a decision is due
    days: DaysUsed | None
    due_note: str


def rail_of(request: DisassociationRequest, reader: Reader) -> Rail | None:
    """Return the rail of an open request, and None after its end, because then nobody has to act."""
    if request.status == Status.PENDING:
        who, note = _decider(request, reader)
        return Rail(who, note, request.due_at, days_used(request, timezone.now()), _due_note(request))
    if request.status == Status.APPROVED:
        note = _("Runs the checks every hour") if request.blocked_by else _("Runs the checks again")
        return Rail(settings.PRODUCT_NAME, note, None, None, "")
    return None


def days_used(request: DisassociationRequest, now: datetime) -> DaysUsed:
    day = timedelta(days=1)
    total = max(1, round((request.due_at - request.submitted_at) / day))
    left = request.due_at - now
    tone = "bad" if left <= timedelta() else "warn" if left < 3 * day else "info"
    return DaysUsed(min(total, max(0, (now - request.submitted_at) // day)), total, tone)


def _decider(request: DisassociationRequest, reader: Reader) -> tuple[str, str]:
    if not request.waits_for(reader.side):
        return reader.other_name(request), _("One of its administrators decides")
    return _("You"), "" if reader.is_administrator else _("One of your administrators decides")


def _due_note(request: DisassociationRequest) -> str:
    names = {"vendor": settings.VENDOR_NAME}
    if request.due_at <= timezone.now():
        return _("%(vendor)s sees the request as overdue. It can still be decided.") % names
    return _("If nobody decides by then, %(vendor)s sees the request as overdue.") % names
