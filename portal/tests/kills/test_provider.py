"""Providers that are slow, fail, disconnect or respond twice: each message arrives, or staff see the failure."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Channel, Notification, User
from accounts.tests.factories import PASSWORD, SmsDeviceFactory, StaffFactory
from accounts.tests.notices import queue_notices, queued_code
from portal.tests.kills.browser import Browser
from portal.tests.kills.receiver import Mode, Receiver
from portal.tests.kills.system import System

State = Notification.State
CHANNELS = [Channel.SMS.value, Channel.EMAIL.value]
HANGING = 60.0  # seconds: a timeout against hanging tests
CODES = 12  # more than the worker has threads
RETRIES_AFTER = [timedelta(), *(timedelta(seconds=seconds) for seconds in (60, 300, 1200, 6000, 30000, 120000))]

pytestmark = pytest.mark.kills


def people(number: int) -> list[User]:
    return [SmsDeviceFactory.create().user for _ in range(number)]


def tell_all(channel: str, number: int = 1) -> list[str]:
    """Queue a notice for each of `number` users and return the idempotency keys."""
    with transaction.atomic():
        queue_notices(*people(number), channels=[channel])
    return sorted(Notification.objects.filter(channel=channel).values_list("idempotency_key", flat=True))


def states(channel: str) -> Counter[tuple[str, int]]:
    rows = Notification.objects.filter(channel=channel).values_list("state", "attempts")
    return Counter((str(state), attempts) for state, attempts in rows)


def is_settled() -> bool:
    return not Notification.objects.filter(state=State.QUEUED).exists()


def staff_user() -> User:
    user = StaffFactory.create()
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    return user


def start_background(system: System) -> None:
    system.start(*system.background)


def tick(system: System, after: timedelta) -> None:
    """Run `manage.py tick` for the time `after` now."""
    done = system.manage("tick", "--at", (timezone.now() + after).isoformat())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_provider_that_takes_nine_seconds_gets_every_message_once(
    system: System, receiver: Receiver, channel: str
) -> None:
    receiver.modes[channel] = Mode.SLOW
    keys = tell_all(channel, 4)
    start_background(system)
    assert receiver.wait_until(is_settled, HANGING)
    assert sorted(delivery.key for delivery in receiver.taken()) == keys
    assert states(channel) == {("sent", 1): 4}
    assert "notice-lease-lost" not in "".join(map(system.said, system.background))


@pytest.mark.parametrize(("slow", "quick"), [CHANNELS, CHANNELS[::-1]])
def test_a_slow_provider_delays_no_other_channel(system: System, receiver: Receiver, slow: str, quick: str) -> None:
    receiver.modes[slow] = Mode.SLOW
    tell_all(slow, 4)
    keys = tell_all(quick, 12)
    start_background(system)
    assert receiver.wait_until(lambda: len(receiver.taken(quick)) == len(keys), HANGING)
    assert states(slow)["sent", 1] < 4  # the slow channel still has work, and the other did not wait for it
    assert sorted(delivery.key for delivery in receiver.taken(quick)) == keys


def has_more_than(receiver: Receiver, number: int) -> bool:
    return len(receiver.taken("sms")) > number


def test_codes_at_a_slow_provider_one_after_the_other_delay_no_email(
    system: System, receiver: Receiver, settings: Settings, count: Callable[[str], None]
) -> None:
    receiver.modes["sms"] = Mode.SLOW
    settings.REDIS_URL = system.redis_url  # so that each code wakes a sender
    start_background(system)
    for number in range(CODES):
        with transaction.atomic():
            queued_code()
        if not receiver.wait_until(partial(has_more_than, receiver, number), 1.0 if number else HANGING):
            break  # as many as can be are on their way
    begun, keys = time.monotonic(), tell_all("email", 3)
    assert receiver.wait_until(lambda: len(receiver.taken("email")) == len(keys), HANGING)
    waited, at_once = receiver.taken("email")[-1].at - begun, len(receiver.taken("sms"))
    count(f"{at_once} codes at a provider that takes 9 s each: an e-mail left after {waited:.2f} s")
    assert states("sms")["sent", 1] == 0, "the e-mail waited until the slow provider had answered"


@pytest.mark.parametrize("channel", CHANNELS)
def test_failing_provider_is_retried_until_staff_see_it_and_send_again(
    system: System, receiver: Receiver, channel: str
) -> None:
    receiver.modes[channel] = Mode.FAILING
    (key,) = tell_all(channel)
    for after in RETRIES_AFTER:
        tick(system, after)
    assert states(channel) == {("failed", 6): 1}
    assert [(d.key, d.is_taken) for d in receiver.deliveries] == [(key, False)] * 6

    system.start("web")
    staff = Browser(system.port)
    staff.sign_in(staff_user().username)
    assert "1 notice could not be sent" in staff.get("/admin/").text
    receiver.modes[channel] = Mode.NORMAL
    notice = Notification.objects.get()
    again = f"/admin/accounts/notification/act/send-again/?ids={notice.pk}"
    assert staff.send(again, reason="The provider is back").status == 303
    tick(system, timedelta())
    assert states(channel) == {("sent", 1): 1}
    assert [delivery.key for delivery in receiver.taken()] == [key]
    assert "could not be sent" not in staff.get("/admin/").text


@pytest.mark.parametrize("channel", CHANNELS)
def test_disconnect_after_the_message_was_taken_retries_with_the_same_key(
    system: System, receiver: Receiver, channel: str
) -> None:
    receiver.modes[channel] = Mode.CUT
    keys = tell_all(channel, 3)
    tick(system, timedelta())
    assert states(channel) == {("queued", 1): 3}
    receiver.modes[channel] = Mode.NORMAL
    tick(system, timedelta(seconds=60))
    assert states(channel) == {("sent", 2): 3}
    assert Counter(delivery.key for delivery in receiver.taken()) == dict.fromkeys(keys, 2)
    assert len({(d.key, d.to, d.text) for d in receiver.taken()}) == len(keys)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_provider_that_answers_twice_gets_every_message_once(
    system: System, receiver: Receiver, channel: str
) -> None:
    receiver.modes[channel] = Mode.TWICE
    keys = tell_all(channel, 3)
    tick(system, timedelta())
    assert states(channel) == {("sent", 1): 3}
    assert sorted(delivery.key for delivery in receiver.taken()) == keys
