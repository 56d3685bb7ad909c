"""Change the status of a request, with its log entry and its notice, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.log.append import append, append_refusal
from accounts.models import Event, Operation, Side, User
from accounts.notifications.channels import RESULT_CHANNELS
from partners.models import OPEN, DisassociationRequest, Status
from partners.operations.notices import notify_both_sides, request_scope
from partners.operations.outcomes import Done, Lost

DECISIONS = frozenset({Status.APPROVED, Status.REJECTED, Status.CANCELLED})


def moved(
    request: DisassociationRequest,
    to: Status,
    *,
    side: Side,
    actor: User | None,
    approver: User | None = None,
    reason: str = "",
    remark: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Done:
    """Move a request to the status `to`, at `at` (default: now). The caller has locked it and checked permissions.

    The status, the operation of the entry and the event of the notice are one word. `changes` are further columns to
    update. `remark` with its `data` replaces the reason in the log entry. The notice of a completion names the
    `approver`, because the system completes.
    """
    before, at = request.status, at or timezone.now()
    if not request.move(to, **_columns(to, side, reason, at, request.effective_at), **changes):
        raise RuntimeError("A locked request changed under its lock.")
    entry = append(
        request_scope(request, side=side, actor=actor),
        Operation(to),
        status_before=before,
        status_after=to,
        **_remark(remark, data, reason),
    )
    if _is_announced(request, at):
        notify_both_sides(Event(to), request, actor=approver or actor, entry=entry, channels=RESULT_CHANNELS)
    return Done(request)


def too_late(request: DisassociationRequest, operation: Operation, *, side: Side, actor: User) -> Lost:
    """Log that the race was lost, and return Lost with the request in its current state."""
    scope = request_scope(request, side=side, actor=actor)
    append_refusal(scope, operation, remark="too-late", status=str(request.status))
    return Lost(request)


def _columns(to: Status, side: Side, reason: str, at: datetime, effective_at: datetime | None) -> dict[str, Any]:
    """Return the columns that depend on the new status."""
    columns: dict[str, Any] = (
        {"complete_at": effective_at or at} if to in OPEN else {"complete_at": None, "closed_at": at}
    )
    if to in DECISIONS:
        columns |= {"decided_at": at, "decided_by": side, "decision_reason": reason}
    return columns


def _remark(remark: str, data: Mapping[str, Any] | None, reason: str) -> dict[str, Any]:
    if remark:
        return {"remark": remark, **(data or {})}
    return {"remark": "reason", "reason": reason} if reason else {}


def _is_announced(request: DisassociationRequest, at: datetime) -> bool:
    """Return False for an approval that completes now: the notice of the completion, or of its blockers, follows."""
    return request.status != Status.APPROVED or request.takes_effect_after(at)
