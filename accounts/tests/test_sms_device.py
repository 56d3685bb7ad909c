"""SmsDevice: one per user, never deleted, and no verification except by `redeem`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import SmsDevice
from accounts.tests.factories import SmsDeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_verify_token_of_django_otp_accepts_no_code() -> None:
    assert SmsDeviceFactory().verify_token("123456") is False


def test_a_user_has_one_number() -> None:
    device = SmsDeviceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SmsDeviceFactory(user=device.user)


def test_the_database_refuses_a_confirmed_device_without_a_number() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SmsDeviceFactory(number="")


def test_the_database_refuses_a_confirmed_device_without_the_time() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SmsDeviceFactory(confirmed_at=None)


def test_a_user_is_not_deleted_from_under_the_device() -> None:
    device = SmsDeviceFactory()
    with pytest.raises(ProtectedError):
        device.user.delete()


def test_str_contains_no_number() -> None:
    assert "415" not in str(SmsDeviceFactory(user=UserFactory(pk=7), number="+14155550418"))


def test_the_cooldown_ends_at_the_instant_that_it_names() -> None:
    with time_machine.travel(datetime(2025, 11, 3, 12, 0, tzinfo=UTC), tick=False) as clock:
        device = SmsDeviceFactory()
        assert device.cooldown_until is None
        device.cooldown_set()
        assert device.generate_is_allowed()[0] is False
        clock.shift(timedelta(seconds=60))
        assert SmsDevice.objects.get().generate_is_allowed() == (True, None)
