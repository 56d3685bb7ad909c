"""Races of codes: one live code per user, redeemed once, exact counts of wrong tries and messages."""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.db import IntegrityError, OperationalError
from pytest_django import Settings

from accounts.codes import code_for
from accounts.log.append import LogScope
from accounts.models import Challenge, Notification, Operation, OperationLogEntry, SmsDevice, User
from accounts.models.challenge import ChallengeQuerySet
from accounts.tests.code_entry import challenge_of, enter, not_the_code_of, request_code, request_new_code
from accounts.tests.factories import SmsDeviceFactory
from accounts.tests.races.books import assert_one_done, results
from accounts.tests.races.protections import (
    on_this_database,
    without_constraint,
    without_locks,
    without_serialised_sends,
)
from accounts.tests.races.racing import CALLERS, Race, in_rounds, kinds
from accounts.verification import (
    Accepted,
    AlreadyUsed,
    Issued,
    Limited,
    LimitWord,
    Locked,
    NoChallenge,
    Superseded,
    Voided,
    Wrong,
)

ONE_OPEN = "challenge_is_one_open_per_purpose"
LOCKS: tuple[Any, ...] = (SmsDevice, Challenge)
LOSERS = CALLERS - 1


def person() -> User:
    user: User = SmsDeviceFactory().user
    return user


def messages_of(user: User) -> int:
    return Notification.objects.filter(recipient=user, challenge__isnull=False).count()


def wait_is_over(user: User) -> None:
    """End the cooldown, so that a new code may be sent."""
    SmsDevice.objects.filter(user=user).update(last_generated_timestamp=None)


def any_challenge(challenges: ChallengeQuerySet) -> ChallengeQuerySet:
    """Replacement for `open()` that disables the compare of the compare-and-swap."""
    return challenges.all()


# --- redeem/redeem


@in_rounds
def test_code_entered_eight_times_concurrently_is_accepted_once(race: Race) -> None:
    user = person()
    code = code_for(challenge_of(user))
    answers = race(*[lambda: enter(user, code)] * CALLERS)
    assert kinds(answers) == {Accepted: 1, AlreadyUsed: LOSERS}
    assert results(LogScope.of_actor(user).chain, Operation.CODE_REFUSED) == {}


def test_the_compare_and_swap_alone_takes_a_code_once(race: Race) -> None:
    user = person()
    code = code_for(challenge_of(user))
    with without_locks(race, *LOCKS):
        answers = race(*[lambda: enter(user, code)] * CALLERS, faults=(OperationalError,))
    lost = on_this_database(postgresql=AlreadyUsed, sqlite=OperationalError)
    assert kinds(answers) == {Accepted: 1, lost: LOSERS}


def test_without_locks_and_swap_a_code_is_accepted_eight_times(race: Race) -> None:
    user = person()
    code = code_for(challenge_of(user))
    with without_locks(race, *LOCKS), mock.patch.object(ChallengeQuerySet, "open", any_challenge):
        answers = race(*[lambda: enter(user, code)] * CALLERS, faults=(OperationalError,))
    expected = on_this_database(postgresql={Accepted: CALLERS}, sqlite={Accepted: 1, OperationalError: LOSERS})
    assert kinds(answers) == expected


# --- wrong-code/wrong-code: the counter


@in_rounds
def test_of_eight_wrong_codes_at_once_five_are_judged_and_the_code_is_void(race: Race) -> None:
    user = person()
    challenge = challenge_of(user)
    wrong = not_the_code_of(challenge)
    answers = race(*[lambda: enter(user, wrong)] * CALLERS)
    left = sorted(answer.tries_left for answer in answers if isinstance(answer, Wrong))
    assert (left, kinds(answers)[Voided]) == ([1, 2, 3, 4], 4)
    challenge.refresh_from_db()
    assert (len(challenge.wrong_tries_at), challenge.end) == (5, Challenge.End.VOIDED)
    words = OperationLogEntry.objects.filter(chain=LogScope.of_actor(user).chain, operation=Operation.CODE_REFUSED)
    assert sorted(words.values_list("remark_word", flat=True)) == ["voided-code"] + ["wrong-code"] * 5


@in_rounds
def test_the_tenth_wrong_code_of_the_hour_locks_once_among_eight(race: Race) -> None:
    user = person()
    for _ in range(5):
        enter(user, not_the_code_of(challenge_of(user)))
    second = challenge_of(user, association=2)
    first_code = Challenge.objects.filter(user=user).exclude(pk=second.pk).get()
    assert (first_code.end, len(first_code.wrong_tries_at)) == (Challenge.End.VOIDED, 5)
    wrong = not_the_code_of(second)
    answers = race(*[lambda: enter(user, wrong)] * CALLERS)
    assert kinds(answers) == {Wrong: 4, Locked: 4}
    assert results(LogScope.of_actor(user).chain, Operation.CODE_LOCKED) == {"refused": 1}
    assert Notification.objects.filter(recipient=user, event="code-locked", channel="email").count() == 1
    tries = Challenge.objects.filter(user=user).values_list("wrong_tries_at", flat=True)
    assert sorted(map(len, tries)) == [5, 5]


@in_rounds
def test_the_right_code_among_seven_wrong_ones_is_judged_in_its_turn(race: Race) -> None:
    user = person()
    challenge = challenge_of(user)
    right, wrong = code_for(challenge), not_the_code_of(challenge)
    answers = race(lambda: enter(user, right), *[lambda: enter(user, wrong)] * LOSERS)
    challenge.refresh_from_db()
    judged = len(challenge.wrong_tries_at)
    assert judged <= 5
    assert isinstance(answers[0], Accepted if judged < 5 else Voided)
    expected = Challenge.End.ACCEPTED if judged < 5 else Challenge.End.VOIDED
    assert challenge.end == expected


def test_without_locks_wrong_codes_are_not_counted(race: Race) -> None:
    user = person()
    challenge = challenge_of(user)
    wrong = not_the_code_of(challenge)
    with without_locks(race, *LOCKS):
        answers = race(*[lambda: enter(user, wrong)] * CALLERS, faults=(OperationalError,))
    judged = on_this_database(postgresql={Wrong: CALLERS}, sqlite={Wrong: 1, OperationalError: LOSERS})
    assert kinds(answers) == judged
    challenge.refresh_from_db()
    assert (len(challenge.wrong_tries_at), challenge.ended_at) == (1, None)


# --- issue/issue and resend/resend


@in_rounds
def test_a_double_click_on_disassociate_sends_one_code(race: Race) -> None:
    user = person()
    answers = race(*[lambda: request_code(user, ip=None)] * CALLERS)
    issued = [answer for answer in answers if isinstance(answer, Issued)]
    assert (len(issued), sum(answer.is_new for answer in issued)) == (CALLERS, 1)
    assert len({answer.challenge.pk for answer in issued}) == 1
    assert_one_done(LogScope.of_actor(user).chain, Operation.CODE_SENT, losers=0)
    assert messages_of(user) == 1


def test_the_constraint_alone_lets_one_code_through(race: Race) -> None:
    user = person()
    with without_locks(race, *LOCKS), without_serialised_sends():
        answers = race(*[lambda: request_code(user)] * CALLERS, faults=(IntegrityError, OperationalError))
    assert kinds(answers) == {Issued: 1, on_this_database(postgresql=IntegrityError, sqlite=OperationalError): LOSERS}


def test_without_locks_and_constraint_a_double_click_sends_eight_codes(race: Race) -> None:
    user = person()
    with without_constraint(Challenge, ONE_OPEN):
        with without_locks(race, *LOCKS), without_serialised_sends():
            race(*[lambda: request_code(user)] * CALLERS, faults=(OperationalError,))
        assert messages_of(user) == on_this_database(postgresql=CALLERS, sqlite=1)


@in_rounds
def test_eight_resends_at_once_send_one_new_code(race: Race) -> None:
    user = person()
    first = challenge_of(user)
    wait_is_over(user)
    answers = race(*[lambda: request_new_code(user)] * CALLERS)
    assert kinds(answers) == {Issued: 1, Limited: LOSERS}
    assert {answer.word for answer in answers if isinstance(answer, Limited)} == {LimitWord.COOLDOWN}
    first.refresh_from_db()
    assert first.end == Challenge.End.SUPERSEDED
    assert Challenge.objects.open().filter(user=user).count() == 1
    assert messages_of(user) == 2
    assert results(LogScope.of_actor(user).chain, Operation.CODE_SENT) == {"done": 2, "refused": 1}


@in_rounds
def test_a_code_entered_while_a_new_one_is_sent_is_accepted_or_superseded(race: Race) -> None:
    user = person()
    code = code_for(challenge_of(user))
    wait_is_over(user)
    entered, resent = race(lambda: enter(user, code), lambda: request_new_code(user))
    first_won = isinstance(entered, Accepted)
    assert (type(entered), type(resent)) == ((Accepted, NoChallenge) if first_won else (Superseded, Issued))
    assert Challenge.objects.open().filter(user=user).count() == (0 if first_won else 1)


def test_without_locks_eight_resends_send_eight_codes(race: Race) -> None:
    user = person()
    challenge_of(user)
    wait_is_over(user)
    with without_constraint(Challenge, ONE_OPEN):
        with without_locks(race, *LOCKS), without_serialised_sends():
            race(*[lambda: request_new_code(user)] * CALLERS, faults=(OperationalError,))
        assert messages_of(user) == 1 + on_this_database(postgresql=CALLERS, sqlite=1)


# --- limits that many share


@in_rounds
def test_eight_people_at_one_address_reach_its_limit_to_the_message(race: Race, settings: Settings) -> None:
    people = [person() for _ in range(CALLERS)]
    Challenge.objects.update(ip=None)
    settings.CODE_LIMIT_IP = 3
    answers = race(*[lambda user=user: request_code(user) for user in people])
    assert kinds(answers) == {Issued: 3, Limited: 5}
    assert sum(messages_of(user) for user in people) == 3


def test_without_serialised_sends_eight_people_pass_a_limit_of_three(race: Race, settings: Settings) -> None:
    people = [person() for _ in range(CALLERS)]
    settings.CODE_LIMIT_IP = 3
    with without_serialised_sends(), without_locks(race):
        race(*[lambda user=user: request_code(user) for user in people], faults=(OperationalError,))
    assert sum(messages_of(user) for user in people) == on_this_database(postgresql=CALLERS, sqlite=1)
