"""The activity of a request: what happened, the reader's own notices and their delivery, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.dates import time_element
from accounts.models import Side
from accounts.notifications.receipts import Receipt
from partners.models import DisassociationRequest, Status
from partners.presentation.reader import Reader
from partners.presentation.state import blocker_titles


@dataclass(frozen=True)
class ThreadItem:
    """`kind` is major, good, bad, wait, next or empty. `note` may contain a `<time>`."""

    glyph: str
    line: str
    at: datetime | None = None
    kind: str = ""
    note: str = ""
    quote: str = ""
    receipts: tuple[Receipt, ...] = ()


def thread_of(request: DisassociationRequest, reader: Reader, receipts: Iterable[Receipt]) -> tuple[ThreadItem, ...]:
    """Return what happened in order of time, then what the request waits for and what comes next."""
    past = [*_past(request, reader), *_notices(receipts)]
    past.sort(key=lambda item: item.at or request.submitted_at)
    return (*past, *_next(request, reader))


def _past(request: DisassociationRequest, reader: Reader) -> Iterator[ThreadItem]:
    yield _sent(request, reader)
    if request.seen_at:
        seen = _("%(who)s saw the request") % {"who": reader.names(request)[request.counterparty]}
        yield ThreadItem("eye", seen, request.seen_at)
    if request.decided_by and request.status not in (Status.REJECTED, Status.CANCELLED):
        yield _approved(request, reader)
    if request.closed_at:
        yield _closed(request, reader)


def _sent(request: DisassociationRequest, reader: Reader) -> ThreadItem:
    names = {"other": reader.other_name(request)}
    mine = reader.started(request)
    line = _("You sent the request to %(other)s") if mine else _("%(other)s sent the request")
    code = ""
    if request.verified_number and mine:  # only this side may read its masked number
        code = _("confirmed with a code to %(number)s") % {"number": request.verified_number}
    elif request.verified_number:
        code = _("confirmed with a text message code")
    return ThreadItem("send", line % names, request.submitted_at, "major", code, request.reason)


def _approved(request: DisassociationRequest, reader: Reader) -> ThreadItem:
    if request.decided_by == Side.SYSTEM:
        line, note = _("The request was approved"), _("A referral needs no consent")
        return ThreadItem("check", line, request.decided_at, "good", note)
    line = _("%(who)s approved the request") % {"who": reader.names(request)[request.decided_by]}
    return ThreadItem("check", line, request.decided_at, "good", quote=request.decision_reason)


def _closed(request: DisassociationRequest, reader: Reader) -> ThreadItem:
    names, at = reader.names(request), request.closed_at
    match Status(request.status):
        case Status.REJECTED:
            line = _("%(who)s rejected the request") % {"who": names[request.decided_by]}
            return ThreadItem("cross", line, at, "bad", quote=request.decision_reason)
        case Status.WITHDRAWN:
            return ThreadItem("undo", _("%(who)s withdrew the request") % {"who": names[request.initiator]}, at)
        case Status.CANCELLED:
            line = _("%(who)s cancelled the request") % {"who": names[Side.VENDOR]}
            return ThreadItem("cross", line, at, quote=request.decision_reason)
        case Status.EXPIRED:
            return ThreadItem("clock", _("Nobody decided in time: the request expired"), at)
    return ThreadItem("unlink", _("All checks passed: the association ended"), at, "good")


def _notices(receipts: Iterable[Receipt]) -> Iterator[ThreadItem]:
    """Yield one item for each notice. All its channels are in it."""
    ordered = sorted(receipts, key=lambda receipt: (receipt.notified_at, receipt.notice))
    for _notice, of_notice in groupby(ordered, key=lambda receipt: receipt.notice):
        channels = tuple(of_notice)
        failed = any(receipt.failed for receipt in channels)
        line = _("Your organisation was notified: %(event)s") % {"event": channels[0].event}
        yield ThreadItem(
            "mail", line, channels[0].notified_at, "bad" if failed else "", _delivery(channels), receipts=channels
        )


def _delivery(channels: tuple[Receipt, ...]) -> str:
    if all(receipt.is_delivered for receipt in channels):
        return _("all delivered")
    return _("not all delivered") if any(receipt.failed for receipt in channels) else _("being delivered")


def _next(request: DisassociationRequest, reader: Reader) -> Iterator[ThreadItem]:
    if request.status == Status.PENDING:
        yield _waiting(request, reader)
        line = _("After an approval we run the checks again. Then the association ends.")
        yield ThreadItem("unlink", line, kind="next")
    elif request.status == Status.APPROVED and request.blocked_by:
        line = _("Blocked by: %(checks)s") % {"checks": blocker_titles(request)}
        note = format_html(_("We run the checks every hour, next at {when}."), when=time_element(request.complete_at))
        yield ThreadItem("warning", line, kind="wait", note=note)
    elif request.status == Status.APPROVED:
        yield ThreadItem("clock", _("We run the checks again. Then the association ends."), kind="wait")


def _waiting(request: DisassociationRequest, reader: Reader) -> ThreadItem:
    line = _("Waiting for %(other)s to approve or reject") % {"other": reader.other_name(request)}
    if request.waits_for(reader.side):
        line = _("Waiting for you to approve or reject")
    note = format_html(_("Due {when}"), when=time_element(request.due_at))
    return ThreadItem("clock", line, kind="wait", note=note)
