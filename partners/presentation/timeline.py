"""The timeline of a request: sent, seen, due, decided, completed or ended otherwise."""

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
class Step:
    state: str  # done, current, todo or bad
    name: str
    at: datetime | None = None
    note: str = ""


def timeline_of(request: DisassociationRequest, reader: Reader) -> tuple[Step, ...]:
    """Return what happened and what comes next, in order."""
    steps = [Step("done", _("Sent"), request.submitted_at, _sender(request, reader)), *_seen(request, reader)]
    if request.status == Status.PENDING:
        return (*steps, *_waiting(request, reader))
    if request.status in (Status.APPROVED, Status.COMPLETED):
        return (*steps, _approved(request, reader), _completion(request))
    if request.status != Status.REJECTED and request.decided_by in (Side.CUSTOMER, Side.PARTNER):
        steps.append(_approved(request, reader))
    return (*steps, _ended(request, reader))


def _sender(request: DisassociationRequest, reader: Reader) -> str:
    return _("By %(who)s") % {"who": _by(reader, request, request.initiator)}


def _seen(request: DisassociationRequest, reader: Reader) -> list[Step]:
    name = _("Seen by %(who)s") % {"who": _by(reader, request, request.counterparty)}
    if request.seen_at is not None:
        return [Step("done", name, request.seen_at)]
    if request.status == Status.PENDING:
        return [Step("todo", name, note=_("Not seen yet"))]
    return []


def _waiting(request: DisassociationRequest, reader: Reader) -> tuple[Step, ...]:
    decider = _("By %(who)s") % {"who": _by(reader, request, request.counterparty)}
    return (
        Step("current", _("Decision due"), request.due_at, days_left(request.due_at)),
        Step("todo", _("Decided"), note=decider),
        Step("todo", _("Completed"), note=_("The association ends")),
    )


def _approved(request: DisassociationRequest, reader: Reader) -> Step:
    if request.decided_by == Side.SYSTEM:
        return Step("done", _("Approved"), request.decided_at, _("A referral needs no consent"))
    return Step(
        "done", _("Approved"), request.decided_at, _("By %(who)s") % {"who": _by(reader, request, request.decided_by)}
    )


def _completion(request: DisassociationRequest) -> Step:
    if request.status == Status.COMPLETED:
        return Step("done", _("Completed"), request.closed_at, _("The association has ended"))
    if request.blocked_by:
        return Step(
            "current", _("Blocked by: %(checks)s") % {"checks": blocker_titles(request)}, note=_("Checked every hour")
        )
    return Step("current", _("Last check"), note=_("Then the association ends"))


def _ended(request: DisassociationRequest, reader: Reader) -> Step:
    at, by = request.closed_at, _("By %(who)s")
    if request.status == Status.REJECTED:
        return Step("bad", _("Rejected"), at, by % {"who": _by(reader, request, request.decided_by)})
    if request.status == Status.WITHDRAWN:
        return Step("done", _("Withdrawn"), at, by % {"who": _by(reader, request, request.initiator)})
    if request.status == Status.CANCELLED:
        return Step("bad", _("Cancelled"), at, by % {"who": _by(reader, request, Side.VENDOR)})
    return Step("bad", _("Expired"), at, _("Nobody decided in time"))


def _by(reader: Reader, request: DisassociationRequest, side: str) -> str:
    """Return the name of a side inside a sentence. The reader's own side is "you", in lower case."""
    return _("you") if side == reader.side else reader.names(request).get(side, "")
