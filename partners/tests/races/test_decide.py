"""Deciding: of all that can end a request, one does, and everybody else is told what happened."""

from __future__ import annotations

from functools import partial
from typing import Any
from unittest import mock

from django.db import OperationalError
from django.utils import timezone

from accounts.models import Event, Operation, Result, Tenant, User
from accounts.notifications.channels import RESULT_CHANNELS
from accounts.tests.factories import StaffFactory
from accounts.tests.races.books import assert_one_done, assert_told_once, results
from accounts.tests.races.protections import on_this_database, without_locks
from accounts.tests.races.racing import CALLERS, Call, Race, in_rounds, kinds
from partners.models import Association, DisassociationRequest, Status
from partners.operations.approve import approve
from partners.operations.cancel import cancel
from partners.operations.complete import complete
from partners.operations.mark_seen import mark_seen
from partners.operations.outcomes import Done, Lost
from partners.operations.reject import reject
from partners.operations.withdraw import withdraw
from partners.tests.factories import RequestFactory, administrator_with_number

LOCKS: tuple[Any, ...] = (Tenant, Association, DisassociationRequest)
LOSERS = CALLERS - 1
ENDS = (Operation.APPROVED, Operation.REJECTED, Operation.WITHDRAWN, Operation.CANCELLED)
EVENT_OF = {
    Status.COMPLETED: Event.COMPLETED,
    Status.REJECTED: Event.REJECTED,
    Status.WITHDRAWN: Event.WITHDRAWN,
    Status.CANCELLED: Event.CANCELLED,
}
RESULTS = {Event.APPROVED, *EVENT_OF.values()}


def pending() -> DisassociationRequest:
    """A request whose administrators on both sides can be reached on every channel."""
    request = RequestFactory()
    request.requested_by = administrator_with_number(request.association)
    request.save()
    User.objects.filter(tenant=request.customer).exclude(pk=request.requested_by_id).update(is_active=False)
    return request


def approved() -> DisassociationRequest:
    request = pending()
    request.move(Status.APPROVED, decided_at=timezone.now(), decided_by="partner", complete_at=timezone.now())
    return request


def decider(request: DisassociationRequest) -> User:
    return administrator_with_number(request.association, of_partner=True)


def administrators_of(request: DisassociationRequest) -> list[User]:
    return [*User.objects.administrators_of(request.customer, request.partner.tenant)]


def assert_books_balance(request: DisassociationRequest, status: Status) -> None:
    """The end that came, told once; the association ended with a completion and goes on with every other end."""
    request.refresh_from_db()
    request.association.refresh_from_db()
    assert request.status == status
    assert request.association.is_active == (status != Status.COMPLETED)
    told = administrators_of(request)
    assert_told_once(EVENT_OF[status], request.reference, told, RESULT_CHANNELS)
    for event in RESULTS - {EVENT_OF[status]}:
        assert_told_once(event, request.reference, [], [])


def move_whatever_it_is(request: DisassociationRequest, to: Status, **changes: object) -> bool:
    """In the place of `move`: the compare of the compare-and-swap is gone."""
    DisassociationRequest.objects.filter(pk=request.pk).update(status=to, **changes)
    for name, value in {"status": to, **changes}.items():
        setattr(request, name, value)
    return True


# --- approve/approve


@in_rounds
def test_eight_approvals_at_once_end_the_association_once(race: Race) -> None:
    request = pending()
    admins = [decider(request) for _ in range(CALLERS)]
    answers = race(*[partial(approve, actor=admin, request=request) for admin in admins])
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    assert_books_balance(request, Status.COMPLETED)
    assert_one_done(request.association.chain, Operation.APPROVED, losers=LOSERS)
    assert_one_done(request.association.chain, Operation.COMPLETED, losers=0)


@in_rounds
def test_a_double_click_on_approve_is_one_approval(race: Race) -> None:
    request = pending()
    answers = race(*[partial(approve, actor=decider(request), request=request)] * CALLERS)
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    assert_one_done(request.association.chain, Operation.APPROVED, losers=LOSERS)


def test_without_locks_the_losers_of_eight_approvals_break(race: Race) -> None:
    """The compare-and-swap alone keeps it at one approval, but its losers get no answer and leave no entry."""
    request = pending()
    call = partial(approve, actor=decider(request), request=request)
    with without_locks(race, *LOCKS):
        answers = race(*[call] * CALLERS, faults=(RuntimeError, OperationalError))
    lost = on_this_database(postgresql=RuntimeError, sqlite=OperationalError)
    assert kinds(answers) == {Done: 1, lost: LOSERS}
    assert results(request.association.chain, Operation.APPROVED) == {Result.DONE: 1}


def test_without_locks_and_swap_a_request_is_approved_eight_times(race: Race) -> None:
    request = pending()
    call = partial(approve, actor=decider(request), request=request)
    without_swap = mock.patch.object(DisassociationRequest, "move", move_whatever_it_is)
    without_completion = mock.patch("partners.operations.approve.end")  # which would close it among the approvals
    with without_locks(race, *LOCKS), without_swap, without_completion:
        race(*[call] * CALLERS, faults=(OperationalError,))
    expected = on_this_database(postgresql=CALLERS, sqlite=1)
    assert results(request.association.chain, Operation.APPROVED) == {Result.DONE: expected}


# --- approve/reject/withdraw/cancel


@in_rounds
def test_of_approvals_rejections_and_withdrawals_at_once_one_wins(race: Race) -> None:
    request = pending()
    partner, customer = decider(request), request.requested_by
    calls: list[Call] = [
        partial(approve, actor=partner, request=request),
        partial(reject, actor=partner, request=request, reason="An invoice is open"),
        partial(withdraw, actor=customer, request=request),
    ]
    answers = race(*calls, *calls, *calls[1:])
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    winner = next(answer for answer in answers if isinstance(answer, Done))
    assert_books_balance(request, Status(winner.request.status))
    assert_one_done(request.association.chain, *ENDS, losers=LOSERS)
    assert {answer.request.pk for answer in answers if isinstance(answer, Lost)} == {request.pk}


@in_rounds
def test_of_approval_and_withdrawal_at_once_one_wins(race: Race) -> None:
    request = pending()
    partner, customer = decider(request), request.requested_by
    answers = race(
        *[partial(approve, actor=partner, request=request)] * 4,
        *[partial(withdraw, actor=customer, request=request)] * 4,
    )
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    is_approved = any(isinstance(answer, Done) for answer in answers[:4])
    assert_books_balance(request, Status.COMPLETED if is_approved else Status.WITHDRAWN)
    assert_one_done(request.association.chain, *ENDS, losers=LOSERS)


@in_rounds
def test_of_approval_and_cancellation_at_once_the_request_ends_once(race: Race) -> None:
    """Staff may come between approval and completion, two steps: the request is approved, then cancelled."""
    request = pending()
    partner, staff = decider(request), StaffFactory()
    answers = race(
        *[partial(approve, actor=partner, request=request)] * 4,
        *[partial(cancel, actor=staff, request=request, reason="By agreement")] * 4,
    )
    request.refresh_from_db()
    is_cancelled = request.status == Status.CANCELLED
    assert sum(isinstance(answer, Done) for answer in answers[4:]) == is_cancelled
    assert_books_balance(request, Status.CANCELLED if is_cancelled else Status.COMPLETED)
    found = results(request.association.chain, Operation.COMPLETED, Operation.CANCELLED)
    assert found[Result.DONE] == 1
    was_approved = any(isinstance(answer, Done) for answer in answers[:4])
    assert results(request.association.chain, Operation.APPROVED)[Result.DONE] == was_approved


def test_without_locks_and_swap_a_request_is_rejected_and_withdrawn(race: Race) -> None:
    request = pending()
    partner, customer = decider(request), request.requested_by
    with (
        without_locks(race, *LOCKS, parties=2),
        mock.patch.object(DisassociationRequest, "move", move_whatever_it_is),
    ):
        answers = race(
            partial(reject, actor=partner, request=request, reason="An invoice is open"),
            partial(withdraw, actor=customer, request=request),
            faults=(OperationalError,),
        )
    expected = on_this_database(postgresql={Done: 2}, sqlite={Done: 1, OperationalError: 1})
    assert kinds(answers) == expected


# --- complete/complete


@in_rounds
def test_eight_completions_at_once_complete_once(race: Race) -> None:
    request = approved()
    answers = race(*[partial(complete, request=request)] * CALLERS)
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    assert_books_balance(request, Status.COMPLETED)
    assert_one_done(request.association.chain, Operation.COMPLETED, losers=0)


@in_rounds
def test_of_completion_and_cancellation_at_once_one_wins(race: Race) -> None:
    request, staff = approved(), StaffFactory()
    answers = race(
        *[partial(complete, request=request)] * 4,
        *[partial(cancel, actor=staff, request=request, reason="By agreement")] * 4,
    )
    assert kinds(answers) == {Done: 1, Lost: LOSERS}
    is_completed = any(isinstance(answer, Done) for answer in answers[:4])
    assert_books_balance(request, Status.COMPLETED if is_completed else Status.CANCELLED)
    assert_one_done(request.association.chain, Operation.COMPLETED, Operation.CANCELLED, losers=4)


def test_without_locks_the_losers_of_eight_completions_break(race: Race) -> None:
    request = approved()
    with without_locks(race, *LOCKS):
        answers = race(*[partial(complete, request=request)] * CALLERS, faults=(RuntimeError, OperationalError))
    lost = on_this_database(postgresql=RuntimeError, sqlite=OperationalError)
    assert kinds(answers) == {Done: 1, lost: LOSERS}
    assert results(request.association.chain, Operation.COMPLETED) == {Result.DONE: 1}


def test_without_locks_and_swap_a_request_is_completed_eight_times(race: Race) -> None:
    request = approved()
    with without_locks(race, *LOCKS), mock.patch.object(DisassociationRequest, "move", move_whatever_it_is):
        race(*[partial(complete, request=request)] * CALLERS, faults=(OperationalError,))
    expected = on_this_database(postgresql=CALLERS, sqlite=1)
    assert results(request.association.chain, Operation.COMPLETED) == {Result.DONE: expected}


# --- seen/seen


@in_rounds
def test_eight_who_open_a_request_at_once_leave_one_entry(race: Race) -> None:
    request = pending()
    admins = [decider(request) for _ in range(CALLERS)]
    answers = race(*[partial(mark_seen, actor=admin, request=fresh(request)) for admin in admins])
    assert sorted(map(bool, answers)) == [False] * LOSERS + [True]
    assert results(request.association.chain) == {Result.DONE: 1}


def test_without_locks_eight_who_open_a_request_leave_eight_entries(race: Race) -> None:
    request = pending()
    admin = decider(request)
    with without_locks(race, *LOCKS):
        calls = [partial(mark_seen, actor=admin, request=fresh(request)) for _ in range(CALLERS)]
        race(*calls, faults=(OperationalError,))
    expected = on_this_database(postgresql=CALLERS, sqlite=1)
    assert results(request.association.chain, Operation.SEEN) == {Result.DONE: expected}


def fresh(request: DisassociationRequest) -> DisassociationRequest:
    """A copy for each caller, as each page reads its own."""
    return DisassociationRequest.objects.select_related("partner__tenant").get(pk=request.pk)
