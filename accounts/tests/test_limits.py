"""Rate limits of codes and wrong tries: each number, and the instant at which each limit ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Challenge, Event, Notification, OperationLogEntry, Purpose, SmsDevice, User
from accounts.tests.code_entry import (
    IP,
    challenge_of,
    enter,
    enter_wrong,
    not_the_code_of,
    request_code,
    request_new_code,
)
from accounts.tests.factories import SmsDeviceFactory
from accounts.verification import Accepted, AlreadyUsed, Issued, Limited, LimitWord, Locked, Voided, Wrong, code_page

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(clock: Any) -> User:
    owner: User = SmsDeviceFactory(number="+14155550418").user
    return owner


def send(user: User, number: int, **options: Any) -> None:
    """Send `number` codes now, each for a different subject."""
    sent = Challenge.objects.count()
    for step in range(number):
        assert isinstance(request_code(user, subject_number=sent + step, **options), Issued)


def last_word(user: User) -> tuple[str, str, str]:
    entry = OperationLogEntry.objects.filter(actor=user).latest("seq")
    return entry.operation, entry.result, entry.remark_word


def resend_times(challenge: Challenge) -> tuple[int, datetime | None]:
    """Return how many resends the code page offers, and from when on."""
    resend = code_page(challenge).resend
    assert resend is not None
    return resend.left, resend.possible_at


# Messages


def locked_until(user: User) -> datetime | None:
    device = SmsDevice.objects.get(user=user)
    return device.locked_until if device.is_locked(timezone.now()) else None


def test_a_resend_waits_sixty_seconds(user: User, clock: Any) -> None:
    challenge = challenge_of(user)
    free_at = NOON + timedelta(seconds=60)
    assert request_new_code(user) == Limited(LimitWord.COOLDOWN, free_at)
    assert last_word(user) == ("code-sent", "refused", "limit-cooldown")
    assert resend_times(challenge) == (3, free_at)
    clock.move_to(free_at - INSTANT)
    assert isinstance(request_new_code(user), Limited)
    clock.move_to(free_at)
    assert resend_times(challenge) == (3, None)
    assert isinstance(request_new_code(user), Issued)


def test_another_subject_does_not_wait_for_the_cooldown(user: User) -> None:
    send(user, 2)


def test_an_attempt_has_three_resends(user: User, clock: Any) -> None:
    challenge = challenge_of(user)
    for left in (3, 2, 1):
        clock.shift(MINUTE)
        assert resend_times(challenge) == (left, None)
        answer = request_new_code(user)
        assert isinstance(answer, Issued)
        challenge = answer.challenge
    clock.shift(MINUTE)
    assert code_page(challenge).resend is None
    assert request_new_code(user) == Limited(LimitWord.ATTEMPT, challenge.expires_at)
    clock.move_to(challenge.expires_at)
    assert isinstance(request_code(user), Issued)


def test_five_messages_an_hour_go_to_a_user(user: User, clock: Any) -> None:
    send(user, 1)
    clock.shift(20 * MINUTE)
    send(user, 4)
    assert request_code(user, other=1) == Limited(LimitWord.USER_HOUR, NOON + HOUR)
    assert last_word(user) == ("code-sent", "refused", "limit-user-hour")
    clock.move_to(NOON + HOUR - INSTANT)
    assert isinstance(request_code(user, other=1), Limited)
    clock.move_to(NOON + HOUR)
    send(user, 1)
    assert request_code(user, other=2) == Limited(LimitWord.USER_HOUR, NOON + 20 * MINUTE + HOUR)


def test_resends_count_in_the_hour(user: User, clock: Any) -> None:
    send(user, 4)
    clock.shift(MINUTE)
    assert isinstance(request_new_code(user), Issued)
    clock.shift(MINUTE)
    assert request_new_code(user) == Limited(LimitWord.USER_HOUR, NOON + HOUR)


def test_ten_messages_a_day_go_to_a_user(user: User, clock: Any) -> None:
    send(user, 5)
    clock.shift(2 * HOUR)
    send(user, 5)
    clock.shift(2 * HOUR)
    assert request_code(user, other=1) == Limited(LimitWord.USER_DAY, NOON + DAY)
    clock.move_to(NOON + DAY)
    send(user, 1)


def test_ten_messages_a_day_go_to_a_number_over_all_users(user: User, clock: Any, settings: Any) -> None:
    others = [SmsDeviceFactory(number="+14155550418").user for _number in range(3)]
    send(user, 5)
    send(others[0], 5)
    assert request_code(others[1]) == Limited(LimitWord.NUMBER_DAY, NOON + DAY)
    SmsDevice.objects.filter(user=others[2]).update(number="+14155550999")
    send(others[2], 1)


def test_the_count_of_a_number_outlives_a_new_code_key(user: User, settings: Any) -> None:
    settings.CODE_SENDS_A_DAY_AND_NUMBER = 1
    send(user, 1)
    settings.CODE_KEYS = ["a-new-code-key-0123456789-abcdefghijklmnop"]
    answer = request_code(SmsDeviceFactory(number="+14155550418").user)
    assert isinstance(answer, Limited)
    assert answer.word == LimitWord.NUMBER_DAY


def test_codes_are_limited_per_network(user: User, clock: Any, settings: Any) -> None:
    settings.CODE_LIMIT_IP = 3
    send(user, 3)
    other = SmsDeviceFactory().user
    assert request_code(other) == Limited(LimitWord.IP_HOUR, NOON + HOUR)
    assert isinstance(request_code(other, ip="203.0.113.8"), Issued)
    assert isinstance(request_code(SmsDeviceFactory().user, ip=None), Issued)
    clock.move_to(NOON + HOUR)
    assert isinstance(request_code(SmsDeviceFactory().user), Issued)


def test_codes_are_limited_per_installation(user: User, clock: Any, settings: Any) -> None:
    settings.CODE_LIMIT_INSTALLATION = 3
    send(user, 3)
    other = SmsDeviceFactory().user
    assert request_code(other, ip="203.0.113.8") == Limited(LimitWord.INSTALLATION_HOUR, NOON + HOUR)
    clock.move_to(NOON + HOUR)
    send(other, 1)


def test_the_limit_that_ends_last_is_returned(user: User, clock: Any, settings: Any) -> None:
    settings.CODE_SENDS_A_DAY = 5
    send(user, 5)
    assert request_code(user, other=1) == Limited(LimitWord.USER_DAY, NOON + DAY)


def test_code_limits_have_their_documented_values(settings: Any) -> None:
    assert (settings.CODE_RESENDS_AN_ATTEMPT, settings.CODE_SENDS_AN_HOUR, settings.CODE_SENDS_A_DAY) == (3, 5, 10)
    assert (settings.CODE_SENDS_A_DAY_AND_NUMBER, settings.CODE_LIMIT_IP, settings.CODE_LIMIT_INSTALLATION) == (
        10,
        60,
        2000,
    )
    assert (settings.CODE_TRIES, settings.CODE_TRIES_AN_HOUR, settings.CODE_LOCK) == (5, 10, 30 * MINUTE)
    assert (settings.CODE_LIFETIME, settings.CODE_RESEND_AFTER) == (5 * MINUTE, MINUTE)


def test_a_limited_user_can_still_enter_the_previous_code(user: User) -> None:
    send(user, 4)
    challenge = challenge_of(user)
    assert isinstance(request_code(user, other=1), Limited)
    assert isinstance(enter(user, code_for(challenge)), Accepted)


# Tries


def ten_wrong_tries(user: User) -> Any:
    enter_wrong(user, challenge_of(user, attempt=1), 5)
    return enter_wrong(user, challenge_of(user, attempt=2), 5)


def test_the_tenth_wrong_try_in_an_hour_locks_code_entry_for_thirty_minutes(user: User, clock: Any) -> None:
    until = NOON + 30 * MINUTE
    assert ten_wrong_tries(user) == Locked(until)
    assert last_word(user) == ("code-locked", "refused", "code-locked")
    assert locked_until(user) == until
    assert enter(user, "123456") == Locked(until)
    assert request_code(user, other=1) == Locked(until)
    assert request_new_code(user) == Locked(until)
    clock.move_to(until - INSTANT)
    assert isinstance(request_code(user, other=1), Locked)
    clock.move_to(until)
    assert locked_until(user) is None
    assert isinstance(enter(user, code_for(challenge_of(user))), Accepted)


def test_correct_code_is_refused_while_locked(user: User) -> None:
    other = challenge_of(user, purpose=Purpose.RELEASE_NUMBER, other=1)
    ten_wrong_tries(user)
    assert isinstance(enter(user, code_for(other), purpose=Purpose.RELEASE_NUMBER), Locked)


def test_a_lock_notifies_the_owner_by_mail_and_in_the_portal_once(user: User) -> None:
    ten_wrong_tries(user)
    enter(user, "123456")
    told = Notification.objects.filter(event=Event.CODE_LOCKED)
    assert {(notice.recipient, notice.channel) for notice in told} == {(user, "email"), (user, "portal")}
    assert told[0].context["until"] == "2025-11-03T12:30:00+00:00"


def test_a_lock_does_not_affect_other_users(user: User) -> None:
    ten_wrong_tries(user)
    other = SmsDeviceFactory().user
    assert isinstance(enter(other, code_for(challenge_of(other))), Accepted)


def test_the_hour_of_wrong_tries_slides(user: User, clock: Any) -> None:
    enter_wrong(user, challenge_of(user, attempt=1), 5)
    clock.shift(59 * MINUTE)
    second = challenge_of(user, attempt=2)
    assert enter_wrong(user, second, 4) == Wrong(tries_left=1)
    clock.shift(MINUTE)
    assert enter_wrong(user, second, 1) == Voided()
    assert locked_until(user) is None


def test_nine_wrong_tries_leave_one_on_a_fresh_code(user: User) -> None:
    enter_wrong(user, challenge_of(user, attempt=1), 5)
    second = challenge_of(user, attempt=2)
    assert enter_wrong(user, second, 4) == Wrong(tries_left=1)
    third = challenge_of(user, attempt=3)
    assert enter(user, not_the_code_of(third)) == Locked(NOON + 30 * MINUTE)


def test_wrong_tries_are_counted_from_zero_after_a_lock(user: User, clock: Any) -> None:
    ten_wrong_tries(user)
    clock.shift(30 * MINUTE)
    third = challenge_of(user, attempt=3)
    assert enter_wrong(user, third, 4) == Wrong(tries_left=1)
    assert enter_wrong(user, third, 1) == Voided()
    assert locked_until(user) is None


def test_a_second_lock_sends_another_notice(user: User, clock: Any) -> None:
    ten_wrong_tries(user)
    clock.shift(2 * HOUR)
    ten_wrong_tries(user)
    assert Notification.objects.filter(event=Event.CODE_LOCKED, channel="email").count() == 2


def test_wrong_tries_for_every_purpose_count_together(user: User) -> None:
    release = challenge_of(user, purpose=Purpose.RELEASE_NUMBER)
    for _try in range(5):
        enter(user, not_the_code_of(release), purpose=Purpose.RELEASE_NUMBER)
    assert isinstance(enter_wrong(user, challenge_of(user), 5), Locked)


def test_lock_is_logged_even_after_the_limit_of_refused_entries(user: User, clock: Any) -> None:
    for _refusal in range(21):
        enter(user, "123456")
        clock.shift(MINUTE)
    assert OperationLogEntry.objects.filter(actor=user, result="refused").count() == 20
    ten_wrong_tries(user)
    assert last_word(user)[0] == "code-locked"


def test_the_device_answers_for_django_otp_too(user: User, clock: Any) -> None:
    device = SmsDevice.objects.get(user=user)
    assert device.verify_is_allowed() == (True, None)
    ten_wrong_tries(user)
    device.refresh_from_db()
    allowed, why = device.verify_is_allowed()
    assert not allowed
    assert why is not None
    assert why["locked_until"] == NOON + 30 * MINUTE


# Races


def run_concurrently(callers: int, act: Any) -> list[Any]:
    """Call `act(number)` in `callers` threads at the same time and return the answers."""
    barrier, answers = Barrier(callers), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers.append(act(number))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_one_of_eight_concurrent_tries_of_a_code_is_accepted(_round: int) -> None:
    user = SmsDeviceFactory().user
    code = code_for(challenge_of(user))
    answers = run_concurrently(8, lambda number: enter(user, code))
    assert [type(answer) for answer in answers].count(Accepted) == 1
    assert [type(answer) for answer in answers].count(AlreadyUsed) == 7


@pytest.mark.django_db(transaction=True)
def test_eight_concurrent_wrong_codes_are_all_counted() -> None:
    user = SmsDeviceFactory().user
    challenge = challenge_of(user)
    wrong = not_the_code_of(challenge)
    answers = run_concurrently(8, lambda number: enter(user, wrong))
    left = sorted(answer.tries_left for answer in answers if isinstance(answer, Wrong))
    assert left == [1, 2, 3, 4]
    assert [type(answer) for answer in answers].count(Voided) == 4
    challenge.refresh_from_db()
    assert len(challenge.wrong_tries_at) == 5


@pytest.mark.django_db(transaction=True)
def test_eight_starts_at_a_time_send_one_message() -> None:
    user = SmsDeviceFactory().user
    answers = run_concurrently(8, lambda number: request_code(user))
    assert sorted(answer.is_new for answer in answers) == [False] * 7 + [True]
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_resends_at_a_time_send_one_message() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        user = SmsDeviceFactory().user
        challenge_of(user)
        clock.shift(MINUTE)
        answers = run_concurrently(8, lambda number: request_new_code(user))
    assert [type(answer) for answer in answers].count(Issued) == 1


@pytest.mark.django_db(transaction=True)
def test_a_limit_shared_by_many_users_is_exact(settings: Any) -> None:
    settings.CODE_LIMIT_IP = 3
    users = [SmsDeviceFactory().user for _number in range(8)]
    answers = run_concurrently(8, lambda number: request_code(users[number], ip=IP))
    assert [type(answer) for answer in answers].count(Issued) == 3
