"""Races, decided by the database: eight callers at once, a fresh request each round, exactly one wins."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.codes import code_for
from accounts.models import Notification, Operation, OperationLogEntry, Result, User
from accounts.verification import AlreadyUsed
from partners.models import Association, DisassociationRequest, Status
from partners.operations import Done, Lost, Submitted, approve, reject, submit_disassociation, withdraw
from partners.tests.factories import AssociationFactory, RequestFactory, administrator_with_number
from partners.tests.way import start

ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
CALLERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


def race(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each on a connection of its own, and return their answers."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def kinds(answers: list[object]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_code_entered_eight_times_at_once_makes_one_request(_round: int) -> None:
    association: Association = AssociationFactory()
    admin: User = administrator_with_number(association)
    code = code_for(start(admin, association))
    answers = race(*[lambda: submit_disassociation(actor=admin, association=association, code=code, ip=None)] * CALLERS)
    assert kinds(answers) == {Submitted: 1, AlreadyUsed: CALLERS - 1}
    reference = DisassociationRequest.objects.get().reference
    assert {a.reference for a in answers if isinstance(a, AlreadyUsed)} == {reference}
    assert OperationLogEntry.objects.filter(operation=Operation.REQUESTED).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_eight_administrators_who_submit_at_once_make_one_request(_round: int) -> None:
    association: Association = AssociationFactory()
    admins = [administrator_with_number(association) for _ in range(CALLERS)]
    codes = [(admin, code_for(start(admin, association))) for admin in admins]
    answers = race(
        *[
            lambda admin=admin, code=code: submit_disassociation(
                actor=admin, association=association, code=code, ip=None
            )
            for admin, code in codes
        ]
    )
    assert kinds(answers) == {Submitted: 1, Lost: CALLERS - 1}
    assert DisassociationRequest.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_eight_approvals_at_once_end_the_association_once(_round: int) -> None:
    request: DisassociationRequest = RequestFactory()
    admins = [administrator_with_number(request.association, of_partner=True) for _ in range(CALLERS)]
    answers = race(*[lambda admin=admin: approve(actor=admin, request=request) for admin in admins])
    assert kinds(answers) == {Done: 1, Lost: CALLERS - 1}
    done = OperationLogEntry.objects.filter(result=Result.DONE).values_list("operation", flat=True)
    assert sorted(done) == [Operation.APPROVED, Operation.COMPLETED]
    told = Notification.objects.values_list("event", "recipient", "channel")
    assert len(told) == len(set(told))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_approval_rejection_and_withdrawal_at_once_one_wins(_round: int) -> None:
    request: DisassociationRequest = RequestFactory()
    customer = request.requested_by
    partner = administrator_with_number(request.association, of_partner=True)
    answers = race(
        lambda: approve(actor=partner, request=request),
        lambda: reject(actor=partner, request=request, reason="No"),
        lambda: withdraw(actor=customer, request=request),
    )
    assert kinds(answers) == {Done: 1, Lost: 2}
    request.refresh_from_db()
    request.association.refresh_from_db()
    assert (request.status == Status.COMPLETED) == (not request.association.is_active)
