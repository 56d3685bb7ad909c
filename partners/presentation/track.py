"""The steps of an open request, from sent to the end of the association, for My Partner and the check page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.dates import days_left
from accounts.models import Side
from partners.models import DisassociationRequest, Status
from partners.presentation.reader import Reader
from partners.presentation.state import blocker_titles


@dataclass(frozen=True)
class TrackStep:
    state: str  # done, current or todo
    name: str
    note: str = ""
    at: datetime | None = None


def track_of(request: DisassociationRequest, reader: Reader) -> tuple[TrackStep, ...]:
    """Return the steps of an open request. A deadline is no step: it is the note of the step that waits."""
    note = "" if reader.started(request) else _("By %(who)s") % {"who": reader.other_name(request)}
    sent = TrackStep("done", _("Sent"), note, request.submitted_at)
    return (sent, *_consent(request, reader), *_end(request))


def _consent(request: DisassociationRequest, reader: Reader) -> list[TrackStep]:
    if request.decided_by == Side.SYSTEM:
        return [TrackStep("done", _("Approved"), _("A referral needs no consent"))]
    seen = [TrackStep("done", _("Seen"), at=request.seen_at)] if request.seen_at else []
    if request.status == Status.APPROVED:
        return [*seen, TrackStep("done", _("Approved"), at=request.decided_at)]
    return [*(seen or [TrackStep("todo", _("Seen"), _("Not seen yet"))]), _waiting(request, reader)]


def _waiting(request: DisassociationRequest, reader: Reader) -> TrackStep:
    is_mine = request.waits_for(reader.side)
    name = _("Waiting for you") if is_mine else _("Waiting for %(other)s") % {"other": reader.other_name(request)}
    return TrackStep("current", name, days_left(request.due_at))


def _end(request: DisassociationRequest) -> tuple[TrackStep, TrackStep]:
    return _last_check(request), TrackStep("todo", _("Association ends"))


def _last_check(request: DisassociationRequest) -> TrackStep:
    if request.status == Status.PENDING:
        return TrackStep("todo", _("Last check"), _("We run it for you"))
    if request.blocked_by:
        name = _("Blocked by: %(checks)s") % {"checks": blocker_titles(request)}
        return TrackStep("current", name, _("Checked every hour"))
    return TrackStep("current", _("Last check"), _("We run it for you"))
