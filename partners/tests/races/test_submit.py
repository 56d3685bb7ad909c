"""Submitting: one open request per association, whoever enters which code on which side."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Challenge, Event, Operation, Side, SmsDevice, User
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.tests.factories import StaffFactory
from accounts.tests.races.books import assert_one_done, assert_told_once, results
from accounts.tests.races.protections import WRITES, on_this_database, without_constraint, without_locks
from accounts.tests.races.racing import CALLERS, Call, Race, in_rounds, kinds
from accounts.verification import AlreadyUsed, Issued, NoChallenge
from partners.models import Association, DisassociationRequest, Grant, Status
from partners.operations.grant import grant
from partners.operations.outcomes import Lost, Submitted
from partners.operations.start import start_disassociation
from partners.operations.submit import submit_disassociation
from partners.tests.factories import AssociationFactory, RequestFactory, administrator_with_number
from partners.tests.way import start

ONE_OPEN = "request_is_one_open"
LOCKS: tuple[Any, ...] = (Association, DisassociationRequest, SmsDevice, Challenge)
LOSERS = CALLERS - 1
# Where each has a code of its own, all must have asked the checks before any makes its request. On SQLite the first
# that writes keeps all others from it.
BEFORE_THE_REQUEST: tuple[str, ...] = on_this_database(
    postgresql=('INSERT INTO "partners_disassociationrequest"',), sqlite=WRITES
)


def submission(admin: User, association: Association, reason: str = "") -> Call:
    """What enters the code that was sent to this administrator."""
    code = code_for(start(admin, association, reason))
    return partial(submit_disassociation, actor=admin, association=association, code=code)


def chain_of_customer(association: Association) -> str:
    return f"tenant:{association.customer_id}"


def requests_of(association: Association) -> list[DisassociationRequest]:
    return [*DisassociationRequest.objects.filter(association=association)]


def administrators_of(association: Association) -> list[User]:
    return [*User.objects.administrators_of(association.customer, association.partner.tenant)]


def assert_one_was_submitted(association: Association) -> DisassociationRequest:
    (made,) = requests_of(association)
    assert_one_done(association.chain, Operation.REQUESTED, losers=0)
    assert_told_once(Event.REQUESTED, made.reference, administrators_of(association), OTHER_CHANNELS)
    return made


# --- one code, many codes, both sides


@in_rounds
def test_one_code_entered_eight_times_at_once_makes_one_request(race: Race) -> None:
    association = AssociationFactory()
    answers = race(*[submission(administrator_with_number(association), association)] * CALLERS)
    assert kinds(answers) == {Submitted: 1, AlreadyUsed: LOSERS}
    made = assert_one_was_submitted(association)
    assert {answer.reference for answer in answers if isinstance(answer, AlreadyUsed)} == {made.reference}
    assert results(association.chain) == {"done": 1}  # the request
    assert results(chain_of_customer(association)) == {"done": 1}  # the code


@in_rounds
def test_eight_administrators_who_submit_at_once_make_one_request(race: Race) -> None:
    association = AssociationFactory()
    answers = race(*[submission(administrator_with_number(association), association) for _ in range(CALLERS)])
    assert kinds(answers) == {Submitted: 1, Lost: LOSERS}
    made = assert_one_was_submitted(association)
    assert {answer.request for answer in answers if isinstance(answer, Lost)} == {made}
    assert results(chain_of_customer(association), Operation.BLOCKED) == {"refused": LOSERS}


@in_rounds
def test_both_sides_that_submit_at_once_make_one_request(race: Race) -> None:
    association = AssociationFactory()
    customer = submission(administrator_with_number(association), association)
    partner = submission(administrator_with_number(association, of_partner=True), association, "We part ways")
    answers = race(*[customer, partner] * (CALLERS // 2))
    found = kinds(answers)
    assert (found[Submitted], found[AlreadyUsed]) == (1, 3)  # the side that won, four times
    assert (found[Lost], found[NoChallenge]) == (1, 3)  # the other: its code is spent at the first try
    made = assert_one_was_submitted(association)
    winner = next(place for place, answer in enumerate(answers) if isinstance(answer, Submitted))
    assert made.initiator == (Side.PARTNER if winner % 2 else Side.CUSTOMER)


@in_rounds
def test_a_referral_submitted_eight_times_at_once_is_completed_once(race: Race) -> None:
    association = AssociationFactory(model="referral")
    answers = race(*[submission(administrator_with_number(association), association)] * CALLERS)
    assert kinds(answers) == {Submitted: 1, AlreadyUsed: LOSERS}
    made = assert_one_was_submitted(association)
    assert made.status == Status.COMPLETED
    assert_one_done(association.chain, Operation.APPROVED, losers=0)
    assert_one_done(association.chain, Operation.COMPLETED, losers=0)


@in_rounds
def test_a_double_click_on_disassociate_sends_one_code(race: Race) -> None:
    association = AssociationFactory()
    admin = administrator_with_number(association)
    click = partial(start_disassociation, actor=admin, association=association, reason="", ip=None)
    answers = race(*[click] * CALLERS)
    assert kinds(answers) == {Issued: CALLERS}
    assert Challenge.objects.filter(user=admin).count() == 1
    assert_one_done(chain_of_customer(association), Operation.CODE_SENT, losers=0)


def test_without_locks_the_second_ok_is_not_led_to_the_request(race: Race) -> None:
    """The compare-and-swap of the code alone makes one request, but its losers cannot be told which."""
    association = AssociationFactory()
    with without_locks(race, *LOCKS):
        call = submission(administrator_with_number(association), association)
        answers = race(*[call] * CALLERS, faults=(OperationalError,))
    expected = on_this_database(
        postgresql={Submitted: 1, AlreadyUsed: LOSERS}, sqlite={Submitted: 1, OperationalError: LOSERS}
    )
    assert kinds(answers) == expected
    assert {answer.reference for answer in answers if isinstance(answer, AlreadyUsed)} <= {""}
    assert len(requests_of(association)) == 1


def test_without_locks_eight_administrators_break_on_the_constraint(race: Race) -> None:
    """The constraint alone keeps it at one request, but its losers get no answer, and their codes stay open."""
    association = AssociationFactory()
    calls = [submission(administrator_with_number(association), association) for _ in range(CALLERS)]
    with without_locks(race, *LOCKS, words=BEFORE_THE_REQUEST):
        answers = race(*calls, faults=(IntegrityError, OperationalError))
    lost = on_this_database(postgresql=IntegrityError, sqlite=OperationalError)
    assert kinds(answers) == {Submitted: 1, lost: LOSERS}
    assert Challenge.objects.open().count() == LOSERS


def test_without_locks_and_constraint_eight_administrators_make_eight_requests(race: Race) -> None:
    association = AssociationFactory()
    calls = [submission(administrator_with_number(association), association) for _ in range(CALLERS)]
    with without_constraint(DisassociationRequest, ONE_OPEN):
        with without_locks(race, *LOCKS, words=BEFORE_THE_REQUEST):
            race(*calls, faults=(OperationalError,))
        assert len(requests_of(association)) == on_this_database(postgresql=CALLERS, sqlite=1)


# --- grant/submit


def at_the_limit() -> Association:
    association = AssociationFactory()
    RequestFactory(association=association, status=Status.WITHDRAWN, closed_at=timezone.now())
    return association


@in_rounds
def test_submits_and_a_further_grant_at_once_use_one_grant(race: Race) -> None:
    association, staff = at_the_limit(), StaffFactory()
    first = grant(actor=staff, customer=association.customer, reason="Typed by mistake")
    calls = [submission(administrator_with_number(association), association) for _ in range(3)]
    answers = race(*calls, partial(grant, actor=staff, customer=association.customer, reason="Another"))
    assert kinds(answers) == {Submitted: 1, Lost: 2, Grant: 1}
    (made,) = [request for request in requests_of(association) if request.is_open]
    assert [one.used_by for one in Grant.objects.filter(customer=association.customer).order_by("pk")] == [made, None]
    assert Grant.objects.get(used_by=made) == first


def test_without_locks_and_constraint_one_grant_lets_eight_requests_through(race: Race) -> None:
    association = at_the_limit()
    grant(actor=StaffFactory(), customer=association.customer, reason="Typed by mistake")
    calls = [submission(administrator_with_number(association), association) for _ in range(CALLERS)]
    with without_constraint(DisassociationRequest, ONE_OPEN):
        with without_locks(race, *LOCKS, words=BEFORE_THE_REQUEST):
            race(*calls, faults=(OperationalError,))
        opened = [request for request in requests_of(association) if request.is_open]
        assert len(opened) == on_this_database(postgresql=CALLERS, sqlite=1)
        assert Grant.objects.filter(used_by__isnull=False).count() == 1
