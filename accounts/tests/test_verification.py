"""Verification codes: bound to a subject, valid for five minutes, redeemed once."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts import verification
from accounts.codes import KeyRemoved, code_for, is_worth_sending, key_id, number_for
from accounts.log.sentences import remark_of
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
from accounts.tests.factories import SmsDeviceFactory, UserFactory
from accounts.verification import (
    Accepted,
    AlreadyUsed,
    Expired,
    Issued,
    NoChallenge,
    NoNumber,
    Superseded,
    Voided,
    Wrong,
    live_challenge,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
NUMBER = "+14155550418"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(clock: Any) -> User:
    owner: User = SmsDeviceFactory(number=NUMBER).user
    return owner


def words_of_log(user: User) -> list[tuple[str, str, str]]:
    entries = OperationLogEntry.objects.filter(actor=user).order_by("seq")
    return [(entry.operation, entry.result, entry.remark_word) for entry in entries]


# The code itself


def test_a_code_has_six_digits_with_its_leading_zeros(user: User) -> None:
    challenge = challenge_of(user)
    codes = set()
    for number in range(300):
        challenge.nonce = f"{number:032d}"
        codes.add(code_for(challenge))
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(codes) > 290


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("user_id", 10**6),
        ("purpose", Purpose.CONFIRM_NUMBER),
        ("subject_digest", "0" * 64),
        ("nonce", "0" * 32),
        ("id", UUID(int=1)),
    ],
)
def test_a_code_depends_on_every_part_of_its_challenge(user: User, part: str, other: object) -> None:
    challenge = challenge_of(user)
    before = code_for(challenge)
    setattr(challenge, part, other)
    assert code_for(challenge) != before


def test_code_is_stored_nowhere_and_the_number_only_in_the_device(user: User, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    challenge = challenge_of(user)
    code = code_for(challenge)
    enter(user, not_the_code_of(challenge))
    enter(user, code)
    stored = [row for model in (Challenge, Notification, OperationLogEntry) for row in model._default_manager.values()]
    text = json.dumps(stored, default=str) + caplog.text
    assert code not in text
    assert "4155550418" not in text


def test_the_key_is_named_by_the_challenge_and_an_old_one_stays_valid(user: User, settings: Any) -> None:
    challenge = challenge_of(user)
    code, old = code_for(challenge), settings.CODE_KEYS[0]
    assert challenge.key_id == key_id(old)
    settings.CODE_KEYS = ["a-new-code-key-0123456789-abcdefghijklmnop", old]
    assert code_for(challenge) == code
    assert isinstance(enter(user, code), Accepted)
    assert challenge_of(user).key_id == key_id(settings.CODE_KEYS[0])


def test_a_code_whose_key_was_removed_is_refused_and_not_sent(user: User, settings: Any) -> None:
    challenge = challenge_of(user)
    code = code_for(challenge)
    settings.CODE_KEYS = ["a-new-code-key-0123456789-abcdefghijklmnop"]
    assert enter(user, code) == Wrong(tries_left=4)
    assert not is_worth_sending(challenge, NOON)
    with pytest.raises(KeyRemoved):
        code_for(challenge)


def test_the_name_of_a_key_does_not_give_it_away(settings: Any) -> None:
    assert settings.CODE_KEYS[0] not in key_id(settings.CODE_KEYS[0])


# Issue


def test_code_is_valid_for_five_minutes(user: User, clock: Any) -> None:
    challenge = challenge_of(user)
    assert challenge.expires_at == NOON + timedelta(minutes=5)
    clock.move_to(challenge.expires_at - timedelta(microseconds=1))
    assert isinstance(enter(user, code_for(challenge)), Accepted)


def test_a_code_is_expired_at_the_end_of_its_fifth_minute(user: User, clock: Any) -> None:
    challenge = challenge_of(user)
    clock.move_to(challenge.expires_at)
    assert enter(user, code_for(challenge)) == Expired()
    assert words_of_log(user)[-1] == ("code-refused", "refused", "expired-code")


def test_no_setting_makes_a_code_last_longer_than_ten_minutes(user: User, settings: Any) -> None:
    settings.CODE_LIFETIME = timedelta(hours=1)
    assert challenge_of(user).expires_at == NOON + timedelta(minutes=10)


def test_a_new_code_is_logged_with_the_masked_number_and_queued(user: User) -> None:
    challenge = challenge_of(user)
    assert challenge.ip == IP
    assert challenge.evidence == {"seen": "then"}
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result) == ("code-sent", "done")
    assert remark_of(entry) == "To +1 •••• •••418. Purpose: Disassociate"
    message = Notification.objects.get()
    assert (message.event, message.challenge, message.channel) == (Event.CODE, challenge, "sms")
    assert message.context["partner_name"] == "Harbourline Systems"


def test_the_same_live_subject_gets_no_second_message(user: User) -> None:
    first = challenge_of(user, association=1, reason="r")
    assert request_code(user, reason="r", association=1) == Issued(first, is_new=False)
    assert Notification.objects.count() == 1
    assert OperationLogEntry.objects.count() == 1


def test_another_subject_gets_a_new_code_at_once_and_voids_the_old(user: User) -> None:
    old = challenge_of(user, association=1)
    new = challenge_of(user, association=2)
    assert new.attempt != old.attempt
    old.refresh_from_db()
    assert old.end == Challenge.End.SUPERSEDED
    assert live_challenge(user, Purpose.DISASSOCIATE) == new


def test_an_expired_code_of_the_same_subject_is_followed_by_a_new_one(user: User, clock: Any) -> None:
    old = challenge_of(user)
    clock.shift(timedelta(minutes=5))
    assert live_challenge(user, Purpose.DISASSOCIATE) is None
    assert challenge_of(user) != old


def test_purposes_do_not_mix(user: User) -> None:
    release = challenge_of(user, purpose=Purpose.RELEASE_NUMBER)
    assert enter(user, code_for(release)) == NoChallenge()
    disassociate = challenge_of(user)
    assert isinstance(enter(user, code_for(disassociate), purpose=Purpose.RELEASE_NUMBER), Wrong)
    assert isinstance(enter(user, code_for(release), purpose=Purpose.RELEASE_NUMBER), Accepted)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_code_needs_a_number_that_was_confirmed(clock: Any, confirmed: bool) -> None:
    user = UserFactory()
    if not confirmed:
        SmsDeviceFactory(user=user, number="", confirmed=False, pending_number=NUMBER, confirmed_at=None)
    assert request_code(user) == NoNumber()
    assert Challenge.objects.count() == 0
    assert words_of_log(user) == [("code-sent", "refused", "no-number")]


def test_a_code_that_confirms_goes_to_the_pending_number(clock: Any) -> None:
    device = SmsDeviceFactory(number="", confirmed=False, pending_number=NUMBER, confirmed_at=None)
    challenge = challenge_of(device.user, purpose=Purpose.CONFIRM_NUMBER)
    assert number_for(challenge) == NUMBER


def test_code_that_cannot_be_queued_creates_no_challenge(user: User) -> None:
    with pytest.raises(TypeError):
        verification.issue(
            user=user,
            purpose=Purpose.DISASSOCIATE,
            subject={"a": 1},
            evidence={},
            context={"action": object()},
            ip=None,
        )
    assert Challenge.objects.count() == 0


# Redeem


def test_the_right_code_is_accepted_once(user: User) -> None:
    challenge = challenge_of(user)
    answer = enter(user, code_for(challenge))
    assert answer == Accepted(challenge)
    assert enter(user, code_for(challenge)) == AlreadyUsed("")
    assert words_of_log(user) == [("code-sent", "done", "code-sent")]


def test_second_ok_gets_the_reference_of_the_created_request(user: User) -> None:
    challenge = challenge_of(user)
    with transaction.atomic():
        enter(user, code_for(challenge))
        verification.record_result(challenge, "D-7K3M9QTV")
    assert enter(user, code_for(challenge)) == AlreadyUsed("D-7K3M9QTV")
    assert enter(user, not_the_code_of(challenge)) == NoChallenge()


def test_spent_code_created_nothing(user: User) -> None:
    challenge = challenge_of(user)
    with transaction.atomic():
        enter(user, code_for(challenge))
        verification.spend(challenge)
    challenge.refresh_from_db()
    assert challenge.end == Challenge.End.SPENT
    assert enter(user, code_for(challenge)) == NoChallenge()


def test_nothing_but_an_accepted_code_is_spent(user: User) -> None:
    challenge = challenge_of(user)
    verification.spend(challenge)
    verification.record_result(challenge, "D-7K3M9QTV")
    challenge.refresh_from_db()
    assert (challenge.end, challenge.result_reference) == ("", "")


@pytest.mark.parametrize("shape", ["{0}{1} {2}", " {0}-{1}-{2} ", "{0}\u2011{1}\u00a0{2}", "{0}\u2013{1}{2}\n"])
def test_spaces_and_hyphens_do_not_matter(user: User, shape: str) -> None:
    challenge = challenge_of(user)
    code = code_for(challenge)
    assert isinstance(enter(user, shape.format(code[:2], code[2:4], code[4:])), Accepted)


def test_digits_of_another_script_are_digits(user: User) -> None:
    challenge = challenge_of(user)
    arabic = code_for(challenge).translate({48 + digit: 0x660 + digit for digit in range(10)})
    assert isinstance(enter(user, arabic), Accepted)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "é" * 6, "\0" * 6])
def test_invalid_input_is_a_wrong_code(user: User, typed: str) -> None:
    challenge_of(user)
    assert enter(user, typed) == Wrong(tries_left=4)


def test_a_wrong_code_says_how_many_tries_are_left(user: User) -> None:
    challenge = challenge_of(user)
    assert enter(user, not_the_code_of(challenge)) == Wrong(tries_left=4)
    entry = OperationLogEntry.objects.latest("seq")
    assert (entry.operation, entry.result) == ("code-refused", "refused")
    assert remark_of(entry) == "Wrong code (tries left: 4). Purpose: Disassociate"


def test_after_four_wrong_tries_the_right_code_is_accepted(user: User) -> None:
    challenge = challenge_of(user)
    assert enter_wrong(user, challenge, 4) == Wrong(tries_left=1)
    assert isinstance(enter(user, code_for(challenge)), Accepted)


def test_the_fifth_wrong_try_voids_the_code(user: User) -> None:
    challenge = challenge_of(user)
    assert enter_wrong(user, challenge, 5) == Voided()
    assert enter(user, code_for(challenge)) == Voided()
    assert live_challenge(user, Purpose.DISASSOCIATE) is None
    assert words_of_log(user)[-2:] == [
        ("code-refused", "refused", "wrong-code"),
        ("code-refused", "refused", "voided-code"),
    ]


def test_user_can_start_again_immediately_after_a_voided_code(user: User) -> None:
    challenge = challenge_of(user)
    enter_wrong(user, challenge, 5)
    assert request_new_code(user) == NoChallenge()
    assert isinstance(enter(user, code_for(challenge_of(user))), Accepted)


def test_a_code_of_somebody_else_is_wrong(user: User) -> None:
    other = SmsDeviceFactory().user
    challenge_of(user)
    assert enter(user, code_for(challenge_of(other))) == Wrong(tries_left=4)


def test_code_without_a_challenge_is_refused(user: User) -> None:
    assert enter(user, "123456") == NoChallenge()
    assert enter(UserFactory(), "123456") == NoChallenge()


def test_rollback_of_the_caller_keeps_the_code_valid(user: User) -> None:
    challenge = challenge_of(user)
    with transaction.atomic():
        assert isinstance(enter(user, code_for(challenge)), Accepted)
        transaction.set_rollback(True)
    assert isinstance(enter(user, code_for(challenge)), Accepted)


# Resend


def test_superseded_code_is_refused_as_such_and_is_not_a_wrong_try(user: User, clock: Any) -> None:
    old = challenge_of(user)
    clock.shift(timedelta(seconds=60))
    answer = request_new_code(user)
    assert isinstance(answer, Issued)
    assert answer.is_new
    new = answer.challenge
    assert (new.attempt, new.ordinal, new.subject, new.evidence) == (old.attempt, 1, old.subject, old.evidence)
    assert enter(user, code_for(old)) == Superseded(newer_sent_at=NOON + timedelta(seconds=60))
    new.refresh_from_db()
    assert new.wrong_tries_at == []
    assert words_of_log(user)[-1] == ("code-refused", "refused", "superseded-code")
    assert isinstance(enter(user, code_for(new)), Accepted)


def test_resent_message_has_the_same_text(user: User, clock: Any) -> None:
    challenge_of(user)
    clock.shift(timedelta(seconds=60))
    request_new_code(user)
    first, second = Notification.objects.order_by("created_at")
    assert first.context == second.context
    assert first.idempotency_key != second.idempotency_key


def test_an_expired_code_can_be_resent(user: User, clock: Any) -> None:
    old = challenge_of(user)
    clock.shift(timedelta(minutes=6))
    answer = request_new_code(user)
    assert isinstance(answer, Issued)
    assert answer.challenge.ordinal == old.ordinal + 1


def test_code_older_than_an_hour_cannot_be_resent(user: User, clock: Any) -> None:
    challenge_of(user)
    clock.shift(timedelta(hours=1))
    assert request_new_code(user) == NoChallenge()


@pytest.mark.parametrize("taken", [True, False])
def test_resend_needs_an_open_code(user: User, taken: bool) -> None:
    if taken:
        enter(user, code_for(challenge_of(user)))
    assert request_new_code(user) == NoChallenge()
    assert words_of_log(user)[-1] == ("code-sent", "refused", "no-code-to-renew")


def test_user_without_a_number_gets_no_resend(clock: Any) -> None:
    assert request_new_code(UserFactory()) == NoNumber()


# What is worth sending


def test_a_live_code_is_worth_sending(user: User) -> None:
    assert is_worth_sending(challenge_of(user), NOON)


@pytest.mark.parametrize("end", Challenge.End.values)
def test_an_ended_code_is_not_worth_sending(user: User, end: str) -> None:
    challenge = challenge_of(user)
    challenge.ended_at, challenge.end = NOON, end
    assert not is_worth_sending(challenge, NOON)


def test_an_expired_code_is_not_worth_sending(user: User) -> None:
    challenge = challenge_of(user)
    assert not is_worth_sending(challenge, challenge.expires_at)


def test_a_code_to_a_number_that_was_replaced_is_not_worth_sending(user: User) -> None:
    challenge = challenge_of(user)
    SmsDevice.objects.filter(user=user).update(number="+14155550999")
    challenge = Challenge.objects.get(pk=challenge.pk)
    assert number_for(challenge) == ""
    assert not is_worth_sending(challenge, NOON)


# The database


def test_the_database_refuses_two_open_codes_of_one_purpose(user: User) -> None:
    challenge = challenge_of(user)
    challenge.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        challenge.save(force_insert=True)


def test_the_database_refuses_an_end_without_its_time(user: User) -> None:
    challenge = challenge_of(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.filter(pk=challenge.pk).update(end=Challenge.End.SPENT)


def test_wrong_try_of_another_code_has_a_separate_entry(user: User) -> None:
    enter(user, not_the_code_of(challenge_of(user)))
    enter(user, not_the_code_of(challenge_of(user, association=2)))
    entries = OperationLogEntry.objects.filter(operation="code-refused")
    assert [entry.remark_data["tries_left"] for entry in entries] == [4, 4]
