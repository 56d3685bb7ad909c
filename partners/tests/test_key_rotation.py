"""Rotating SECRET_KEY and CODE_KEY with the old ones as fallbacks ends no session, link, cursor or open code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from accounts.codes import code_for, is_worth_sending
from accounts.keyset import page_of
from accounts.models import Challenge, Purpose, SmsDevice, User
from accounts.operations.mobile_number import NumberConfirmed, confirm_number, start_number_change
from accounts.tests.code_entry import request_code
from accounts.tests.factories import SmsDeviceFactory, UserFactory
from accounts.tests.test_password_reset import link_for, set_password
from accounts.verification import Issued, Limited, LimitWord
from partners.models import Association
from partners.operations.outcomes import Blocked, Submitted
from partners.operations.submit import submit_disassociation
from partners.tests.way import start

pytestmark = pytest.mark.django_db
NEW_SECRET, NEW_CODE = "a-new-secret-key-" + "0123456789" * 5, "a-new-code-key-" + "0123456789" * 3
Rotate = Callable[[], None]


@pytest.fixture
def rotate(settings: Any) -> Rotate:
    """Return a function that puts new keys in front of the old ones."""

    def run() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = NEW_SECRET
        settings.CODE_KEYS = [NEW_CODE, *settings.CODE_KEYS]

    return run


@pytest.fixture
def replace(settings: Any) -> Rotate:
    """Return a function that replaces SECRET_KEY without a fallback."""

    def run() -> None:
        settings.SECRET_KEY = NEW_SECRET

    return run


def test_a_session_outlives_the_rotation_and_the_end_of_the_old_key(
    client: Client, rotate: Rotate, settings: Any
) -> None:
    client.force_login(UserFactory())
    rotate()
    assert client.get("/notifications/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/notifications/").status_code == 200


def test_a_session_ends_with_a_key_that_is_no_fallback(client: Client, replace: Rotate) -> None:
    client.force_login(UserFactory())
    replace()
    assert client.get("/notifications/").status_code == 302


def test_a_password_link_outlives_the_rotation(client: Client, rotate: Rotate) -> None:
    link = link_for(UserFactory())
    rotate()
    assert set_password(client, link).status_code == 302


def test_a_password_link_ends_with_a_key_that_is_no_fallback(client: Client, replace: Rotate) -> None:
    link = link_for(UserFactory())
    replace()
    assert "new_password1" not in client.get(link).content.decode()


def test_a_cursor_outlives_the_rotation(rotate: Rotate) -> None:
    cursor = _cursor()
    rotate()
    assert len(page_of(User.objects.all(), cursor=cursor, order=("id",), size=1).rows) == 1


def test_a_cursor_ends_with_a_key_that_is_no_fallback(replace: Rotate) -> None:
    cursor = _cursor()
    replace()
    with pytest.raises(Http404):
        page_of(User.objects.all(), cursor=cursor, order=("id",), size=1)


def _cursor() -> str:
    UserFactory.create_batch(2)
    return page_of(User.objects.all(), order=("id",), size=1).older or ""


def test_an_open_code_is_sent_and_submits_after_the_rotation(
    association: Association, customer_admin: User, rotate: Rotate
) -> None:
    challenge = start(customer_admin, association)
    code = code_for(challenge)
    rotate()
    assert is_worth_sending(challenge, timezone.now())
    assert code_for(challenge) == code
    answer = submit_disassociation(actor=customer_admin, association=association, code=code)
    assert isinstance(answer, Submitted)


def test_a_number_that_changed_is_found_out_after_the_rotation(
    association: Association, customer_admin: User, rotate: Rotate
) -> None:
    challenge = start(customer_admin, association)
    SmsDevice.objects.filter(user=customer_admin).update(number="+14155550777")
    challenge = Challenge.objects.get(pk=challenge.pk)
    rotate()
    assert not is_worth_sending(challenge, timezone.now())
    answer = submit_disassociation(actor=customer_admin, association=association, code=code_for(challenge))
    assert isinstance(answer, Blocked)


def test_an_open_code_ends_with_a_secret_key_that_is_no_fallback(
    association: Association, customer_admin: User, replace: Rotate
) -> None:
    challenge = start(customer_admin, association)
    replace()
    assert not is_worth_sending(challenge, timezone.now())


def test_the_code_of_a_new_number_outlives_the_rotation(rotate: Rotate) -> None:
    user = UserFactory()
    assert isinstance(start_number_change(actor=user, number="+14155550777", ip=None), Issued)
    code = code_for(Challenge.objects.get(user=user, purpose=Purpose.CONFIRM_NUMBER))
    rotate()
    assert isinstance(confirm_number(actor=user, code=code), NumberConfirmed)


def test_the_count_of_a_number_outlives_the_rotation(rotate: Rotate, settings: Any) -> None:
    settings.CODE_SENDS_A_DAY_AND_NUMBER = 1
    assert isinstance(request_code(SmsDeviceFactory(number="+14155550418").user), Issued)
    rotate()
    answer = request_code(SmsDeviceFactory(number="+14155550418").user)
    assert isinstance(answer, Limited)
    assert answer.word == LimitWord.NUMBER_DAY
