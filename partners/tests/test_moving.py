"""Changing the status of a request: the row, one log entry and one notice, for every status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.log.append import append
from accounts.log.rows import rows_for
from accounts.log.sentences import remark_of
from accounts.models import Event, Notification, Operation, OperationLogEntry, Side, User
from partners.models import TRANSITIONS, Association, DisassociationRequest, IllegalTransition, Status
from partners.operations.moving import moved, too_late
from partners.operations.notices import request_scope
from partners.tests.factories import RequestFactory

CLOSING = [Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED]
AT = timezone.now() - timedelta(minutes=3)


@pytest.fixture
def request_(association: Association, partner_admin: User) -> DisassociationRequest:
    return RequestFactory(association=association, complete_at=AT)


def move(request: DisassociationRequest, to: Status, actor: User, **given: Any) -> DisassociationRequest:
    side = Side.of(actor.tenant)
    moved(request, to, side=side, actor=actor, at=AT, **given)
    return DisassociationRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize("status", sorted(set().union(*TRANSITIONS.values())))
def test_a_status_that_a_request_is_moved_to_is_the_word_of_its_operation_and_of_its_event(status: Status) -> None:
    assert Operation(status).value == Event(status).value == status.value


@pytest.mark.parametrize("status", Status)
def test_the_log_calls_a_status_what_the_pages_call_it(
    request_: DisassociationRequest, customer_admin: User, status: Status
) -> None:
    scope = request_scope(request_, side=Side.SYSTEM, actor=None)
    entry = append(scope, Operation.SEEN, status_before=Status.PENDING, status_after=status)
    [row] = rows_for(customer_admin, [entry])
    request_.status = status
    assert (row.before, row.after) == (str(Status.PENDING.label), request_.get_status_display())


@pytest.mark.parametrize("to", CLOSING)
def test_a_closed_request_has_its_time_and_no_further_try(
    request_: DisassociationRequest, partner_admin: User, to: Status
) -> None:
    found = move(request_, to, partner_admin, reason="An invoice is open")
    assert (found.status, found.closed_at, found.complete_at) == (to, AT, None)


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED, Status.CANCELLED])
def test_decision_stores_side_time_and_reason(request_: DisassociationRequest, partner_admin: User, to: Status) -> None:
    found = move(request_, to, partner_admin, reason="By agreement")
    assert (found.decided_at, found.decided_by, found.decision_reason) == (AT, Side.PARTNER, "By agreement")


def test_withdrawal_is_not_stored_as_a_decision(request_: DisassociationRequest) -> None:
    found = move(request_, Status.WITHDRAWN, request_.requested_by)
    assert (found.decided_at, found.decided_by, found.decision_reason) == (None, "", "")


def test_an_approved_request_waits_for_its_completion_and_is_not_closed(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    found = move(request_, Status.APPROVED, partner_admin)
    assert (found.complete_at, found.closed_at) == (AT, None)


@pytest.mark.parametrize("to", CLOSING)
def test_it_leaves_one_entry_and_one_notice_a_person_and_channel(
    request_: DisassociationRequest, partner_admin: User, to: Status
) -> None:
    move(request_, to, partner_admin, reason="An invoice is open")
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.status_before, entry.status_after) == (to.value, "pending", to.value)
    assert (entry.chain, entry.actor, remark_of(entry)) == (
        request_.association.chain,
        partner_admin,
        "“An invoice is open”",
    )
    notices = Notification.objects.filter(recipient=partner_admin)
    assert sorted(notices.values_list("event", "channel")) == [(to, way) for way in ("email", "portal", "sms")]
    assert {notice.context["log_hash"] for notice in notices} == {entry.hash}


def test_a_move_without_a_reason_says_none(request_: DisassociationRequest) -> None:
    move(request_, Status.WITHDRAWN, request_.requested_by)
    assert remark_of(OperationLogEntry.objects.get()) == ""


def test_a_word_takes_the_place_of_the_reason(request_: DisassociationRequest) -> None:
    moved(request_, Status.APPROVED, side=Side.SYSTEM, actor=None, remark="no-consent-needed")
    assert remark_of(OperationLogEntry.objects.get()) == "A referral needs no consent"


@pytest.mark.parametrize(("days", "events"), [(None, set()), (-1, set()), (1, {"approved"})])
def test_an_approval_is_announced_only_where_the_association_ends_later(
    request_: DisassociationRequest, partner_admin: User, days: int | None, events: set[str]
) -> None:
    request_.effective_at = AT + timedelta(days=days) if days is not None else None
    move(request_, Status.APPROVED, partner_admin)
    assert set(Notification.objects.values_list("event", flat=True)) == events
    assert OperationLogEntry.objects.get().operation == Operation.APPROVED


def test_a_move_that_somebody_else_made_first_is_a_bug_of_the_caller_and_writes_nothing(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    DisassociationRequest.objects.update(status=Status.WITHDRAWN, closed_at=AT)
    with pytest.raises(RuntimeError, match="under its lock"):
        move(request_, Status.APPROVED, partner_admin)
    assert not OperationLogEntry.objects.exists()
    assert not Notification.objects.exists()


def test_a_closed_request_is_moved_nowhere(request_: DisassociationRequest, partner_admin: User) -> None:
    move(request_, Status.WITHDRAWN, partner_admin)
    with pytest.raises(IllegalTransition):
        move(request_, Status.APPROVED, partner_admin)
    assert OperationLogEntry.objects.count() == 1


def test_a_late_verb_leaves_one_refused_entry_and_no_notice(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    request_.status = Status.WITHDRAWN
    lost = too_late(request_, Operation.APPROVED, side=Side.PARTNER, actor=partner_admin)
    assert lost.request == request_
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result, entry.reference) == ("approved", "refused", request_.reference)
    assert remark_of(entry) == "Too late, the request already had the status “Withdrawn”"
    assert not Notification.objects.exists()
