"""The code page for a code in every state, and the sentence of every refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Challenge, Purpose, SmsDevice, User
from accounts.tests.code_entry import IP, challenge_of, enter_wrong, request_new_code
from accounts.tests.factories import SmsDeviceFactory
from accounts.verification import (
    CodePage,
    CodeRefusal,
    Expired,
    Limited,
    LimitWord,
    Locked,
    Resend,
    Superseded,
    Voided,
    Wrong,
    code_page,
    newest_open,
    refusal_words,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(clock: Any) -> User:
    owner: User = SmsDeviceFactory(number="+14155550418", pending_number="+447700900123").user
    return owner


def page_of(user: User, purpose: Purpose = Purpose.DISASSOCIATE) -> CodePage:
    return code_page(newest_open(user, purpose))


def resend_of(user: User) -> Resend:
    resend = page_of(user).resend
    assert resend is not None
    return resend


def test_a_live_code_can_be_entered_until_it_expires(user: User, clock: Any) -> None:
    challenge = challenge_of(user)
    page = page_of(user)
    assert (page.can_enter, page.is_over, page.valid_until) == (True, False, challenge.expires_at)
    clock.move_to(challenge.expires_at)
    assert not page_of(user).can_enter


@pytest.mark.parametrize(
    ("purpose", "masked"),
    [(Purpose.RELEASE_NUMBER, "+1 •••• •••418"), (Purpose.CONFIRM_NUMBER, "+44 •••• •••123")],
)
def test_the_page_masks_the_number_that_the_code_went_to(user: User, purpose: Purpose, masked: str) -> None:
    challenge_of(user, purpose=purpose)
    page = page_of(user, purpose)
    assert (page.purpose, page.masked_number) == (purpose, masked)


def test_a_short_wait_for_a_new_code_is_counted_in_seconds(user: User, clock: Any) -> None:
    challenge_of(user)
    clock.shift(timedelta(seconds=18.5))
    assert resend_of(user) == Resend(3, NOON + MINUTE, seconds=42, is_soon=True, words="12:01:00")


def test_a_long_wait_for_a_new_code_is_named_with_its_day(user: User, clock: Any, settings: Any) -> None:
    settings.CODE_SENDS_AN_HOUR = 1
    challenge_of(user)
    clock.shift(MINUTE)
    assert resend_of(user) == Resend(
        3, NOON + HOUR, seconds=59 * 60, is_soon=False, words="3 November 2025, 13:00 (UTC+00:00)"
    )


def test_new_code_is_possible_after_the_cooldown(user: User, clock: Any) -> None:
    challenge_of(user)
    clock.shift(MINUTE)
    assert resend_of(user) == Resend(3)


def test_limits_shared_with_others_are_not_disclosed(user: User, clock: Any, settings: Any) -> None:
    settings.CODE_LIMIT_IP = 1
    challenge_of(user)
    clock.shift(MINUTE)
    assert resend_of(user) == Resend(3)
    assert isinstance(request_new_code(user, ip=IP), Limited)


def test_an_expired_code_can_be_sent_again_for_an_hour_and_no_longer(user: User, clock: Any) -> None:
    challenge_of(user)
    clock.move_to(NOON + HOUR - timedelta(seconds=1))
    assert (page_of(user).can_enter, page_of(user).is_over, resend_of(user)) == (False, False, Resend(3))
    clock.move_to(NOON + HOUR)
    assert (page_of(user).resend, page_of(user).is_over) == (None, True)


def test_the_last_code_of_an_attempt_can_be_entered_but_not_sent_again(user: User, settings: Any) -> None:
    settings.CODE_RESENDS_AN_ATTEMPT = 0
    challenge_of(user)
    page = page_of(user)
    assert (page.can_enter, page.resend, page.is_over) == (True, None, False)


def test_a_lock_closes_the_page_of_a_code_that_is_still_open(user: User, clock: Any) -> None:
    challenge_of(user, purpose=Purpose.RELEASE_NUMBER, other=1)
    for attempt in (1, 2):
        enter_wrong(user, challenge_of(user, attempt=attempt), 5)
    assert page_of(user, Purpose.RELEASE_NUMBER) == CodePage(closed_until=NOON + 30 * MINUTE)
    clock.shift(30 * MINUTE)
    assert page_of(user, Purpose.RELEASE_NUMBER).closed_until is None


def test_a_lock_of_somebody_else_closes_nothing(user: User) -> None:
    challenge_of(user)
    other = SmsDeviceFactory()
    SmsDevice.objects.filter(pk=other.pk).update(throttling_failure_count=10, throttling_failure_timestamp=NOON)
    assert page_of(user).can_enter


def test_ended_code_requires_a_new_start(user: User) -> None:
    enter_wrong(user, challenge_of(user), 5)
    assert Challenge.objects.get().end == Challenge.End.VOIDED
    page = page_of(user)
    assert page == CodePage()
    assert (page.is_over, page.can_enter, page.resend, page.closed_until) == (True, False, None, None)


def test_a_limit_without_a_code_says_when_to_start_again(user: User) -> None:
    page = code_page(None, closed_until=NOON)
    assert (page.is_over, page.closed_until) == (True, NOON)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Wrong(4), "That code is not correct. You have 4 tries left"),
        (Wrong(1), "That code is not correct. You have 1 try left"),
        (Superseded(NOON), "A newer code was sent at 12:00. Enter that one"),
        (Expired(), "That code has expired."),
        (Voided(), "You entered too many wrong codes, so this code no longer works."),
        (
            Locked(NOON + 30 * MINUTE),
            (
                "You entered too many wrong codes. Code entry is locked until 3 November 2025, 12:30 (UTC+00:00)."
                " Your account is not locked."
            ),
        ),
        (
            Limited(LimitWord.COOLDOWN, NOON + timedelta(seconds=37)),
            "You can ask for a new code 60 seconds after the previous one. You can ask for a new one from 12:00:37.",
        ),
        (
            Limited(LimitWord.USER_HOUR, NOON + HOUR),
            (
                "You asked for too many codes within an hour."
                " You can ask for a new one from 3 November 2025, 13:00 (UTC+00:00)."
            ),
        ),
    ],
)
def test_every_refusal_has_one_sentence(user: User, answer: CodeRefusal, words: str) -> None:
    assert refusal_words(answer) == words
