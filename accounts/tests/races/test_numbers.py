"""Races of the mobile number: one device per user, one confirmed number, one notice."""

from __future__ import annotations

from functools import partial
from unittest import mock

from django.db import OperationalError
from pytest_django import Settings

from accounts.codes import code_for, number_for
from accounts.log.append import LogScope
from accounts.models import Challenge, Event, Notification, Operation, Purpose, SmsDevice, User
from accounts.models.challenge import ChallengeQuerySet
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.operations.mobile_number import (
    NumberConfirmed,
    Stale,
    confirm_number,
    release_old_number,
    start_number_change,
)
from accounts.tests.factories import SmsDeviceFactory, UserFactory
from accounts.tests.notices import reached
from accounts.tests.races.books import assert_one_done, assert_told_once
from accounts.tests.races.protections import on_this_database, without_constraint, without_locks
from accounts.tests.races.racing import CALLERS, Race, in_rounds, kinds
from accounts.verification import AlreadyUsed, Issued

NEW = "+447700900418"
LOSERS = CALLERS - 1


def begin(user: User, number: str = NEW) -> object:
    return start_number_change(actor=user, number=number, ip=None)


def open_code(user: User, purpose: Purpose) -> str:
    return code_for(Challenge.objects.open().get(user=user, purpose=purpose))


def number_of_round(user: User) -> str:
    """Return a new number for every round, because messages to one number are limited."""
    return f"+4477009{user.pk % 100_000:05d}"


@in_rounds
def test_a_double_click_on_bind_makes_one_device_and_sends_one_code(race: Race) -> None:
    user = UserFactory()
    answers = race(*[partial(begin, user, number_of_round(user))] * CALLERS)
    assert [type(answer) for answer in answers] == [Issued] * CALLERS
    assert SmsDevice.objects.filter(user=user).count() == 1
    assert Challenge.objects.filter(user=user).count() == 1
    assert_one_done(LogScope.of_actor(user).chain, Operation.CODE_SENT, losers=0)


@in_rounds
def test_of_eight_numbers_begun_at_once_the_last_can_be_confirmed(race: Race, settings: Settings) -> None:
    settings.CODE_SENDS_AN_HOUR = CALLERS
    user = UserFactory()
    numbers = [f"+4477009{(user.pk * CALLERS + nth) % 100_000:05d}" for nth in range(CALLERS)]
    answers = race(*[partial(begin, user, number) for number in numbers])
    assert kinds(answers) == {Issued: CALLERS}
    device = SmsDevice.objects.get(user=user)
    challenge = Challenge.objects.open().select_related("device").get(user=user)
    assert number_for(challenge) == str(device.pending_number)
    assert isinstance(confirm_number(actor=user, code=code_for(challenge)), NumberConfirmed)
    device.refresh_from_db()
    assert str(device.number) in numbers


@in_rounds
def test_a_number_confirmed_eight_times_at_once_is_bound_once(race: Race) -> None:
    user = UserFactory()
    begin(user, number_of_round(user))
    code = open_code(user, Purpose.CONFIRM_NUMBER)
    answers = race(*[partial(confirm_number, actor=user, code=code)] * CALLERS)
    assert kinds(answers) == {NumberConfirmed: 1, AlreadyUsed: LOSERS}
    assert_one_done(LogScope.of_actor(user).chain, Operation.NUMBER_CHANGED, losers=LOSERS)
    told = Notification.objects.filter(recipient=user, event=Event.NUMBER_CHANGED)
    assert sorted(told.values_list("recipient", "channel")) == reached(user, channels=OTHER_CHANNELS)


@in_rounds
def test_an_old_number_released_eight_times_at_once_sends_one_code_to_the_new(race: Race) -> None:
    user = SmsDeviceFactory().user
    begin(user, number_of_round(user))
    code = open_code(user, Purpose.RELEASE_NUMBER)
    answers = race(*[partial(release_old_number, actor=user, code=code, ip=None)] * CALLERS)
    assert kinds(answers) == {Issued: 1, AlreadyUsed: LOSERS}
    assert Challenge.objects.filter(user=user, purpose=Purpose.CONFIRM_NUMBER).count() == 1


def test_without_the_constraint_a_user_has_eight_devices(race: Race) -> None:
    user = UserFactory()
    with without_constraint(SmsDevice, "sms_device_is_one_per_user"):
        with without_locks(race, SmsDevice, Challenge):
            race(*[partial(begin, user)] * CALLERS, faults=(Exception,))
        assert SmsDevice.objects.filter(user=user).count() == on_this_database(postgresql=CALLERS, sqlite=1)


def test_without_locks_and_swap_losers_get_a_success_for_no_change(race: Race) -> None:
    """The number is still set once: later callers find no pending number."""
    user = UserFactory()
    begin(user)
    code = open_code(user, Purpose.CONFIRM_NUMBER)
    unswapped = mock.patch.object(ChallengeQuerySet, "open", lambda rows: rows.all())
    with without_locks(race, SmsDevice, Challenge), unswapped:
        answers = race(*[partial(confirm_number, actor=user, code=code)] * CALLERS, faults=(OperationalError,))
    assert kinds(answers) == {
        NumberConfirmed: 1,
        on_this_database(postgresql=Stale, sqlite=OperationalError): LOSERS,
    }


def test_every_recipient_of_a_number_change_is_notified_once(race: Race) -> None:
    user = UserFactory()
    colleague = UserFactory(tenant=user.tenant)
    begin(user)
    code = open_code(user, Purpose.CONFIRM_NUMBER)
    race(*[partial(confirm_number, actor=user, code=code)] * CALLERS)
    assert_told_once(Event.NUMBER_CHANGED, "", [user, colleague], OTHER_CHANNELS)
