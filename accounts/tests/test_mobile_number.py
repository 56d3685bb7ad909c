"""Setting and replacing a mobile number, also with steps of two browser tabs in any order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.codes import code_for, number_for
from accounts.forms.numbers import e164
from accounts.log.sentences import remark_of
from accounts.models import Challenge, Event, Notification, OperationLogEntry, Purpose, SmsDevice, User
from accounts.tests.code_entry import challenge_of, not_the_code_of
from accounts.tests.factories import (
    PASSWORD,
    MemberFactory,
    PartnerTenantFactory,
    SmsDeviceFactory,
    UserFactory,
)
from accounts.verification import live_challenge, newest_open

pytestmark = pytest.mark.django_db
START, CODE, RESEND = "/account/mobile-number/", "/account/mobile-number/code/", "/account/mobile-number/code/resend/"
NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
OLD, NEW, OTHER = "+14155550100", "+447700900418", "+4915112345678"
RELEASE, CONFIRM = Purpose.RELEASE_NUMBER, Purpose.CONFIRM_NUMBER


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owner(clock: Any) -> User:
    """An administrator with a number."""
    user: User = SmsDeviceFactory(number=OLD).user
    return user


@pytest.fixture
def newcomer(clock: Any) -> User:
    """An administrator without a number."""
    return UserFactory()


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    return client


def start(client: Client, number: str = NEW, password: str = PASSWORD) -> Any:
    return client.post(START, {"number": number, "password": password})


def the_code(user: User, purpose: Purpose) -> str:
    challenge = newest_open(user, purpose)
    assert challenge is not None
    return code_for(challenge)


def enter(client: Client, purpose: Purpose, code: str) -> Any:
    return client.post(CODE, {"purpose": purpose, "code": code})


def device_of(user: User) -> SmsDevice:
    device: SmsDevice = SmsDevice.objects.get(user=user)
    return device


def replace(client: Client, user: User, number: str = NEW) -> Any:
    start(client, number)
    enter(client, RELEASE, the_code(user, RELEASE))
    return enter(client, CONFIRM, the_code(user, CONFIRM))


# The whole way


def test_a_first_number_is_bound_by_password_and_code(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    assert "Bind number" in client.get(START).content.decode()
    response = start(client)
    assert (response.status_code, response["Location"]) == (303, CODE)
    challenge = live_challenge(newcomer, CONFIRM)
    assert challenge is not None
    assert number_for(challenge) == NEW
    page = client.get(CODE).content.decode()
    assert "+44 •••• •••418" in page
    assert "7700900418" not in page
    response = enter(client, CONFIRM, the_code(newcomer, CONFIRM))
    assert (response.status_code, response["Location"]) == (303, "/account/#mobile")
    device = device_of(newcomer)
    assert (device.confirmed, str(device.number), str(device.pending_number)) == (True, NEW, "")
    assert (device.confirmed_at, device.replaced_at) == (NOON, None)


def test_who_came_from_the_check_is_led_back_to_it(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    client.post(f"{START}?from=check", {"number": NEW, "password": PASSWORD})
    answer = enter(client, CONFIRM, the_code(newcomer, CONFIRM))
    assert answer["Location"] == "/account/?from=check#mobile"


def test_a_number_is_replaced_by_a_code_to_the_old_one_and_one_to_the_new(client: Client, owner: User) -> None:
    sign_in(client, owner)
    assert "Replace number" in client.get(START).content.decode()
    start(client)
    challenge = live_challenge(owner, RELEASE)
    assert challenge is not None
    assert number_for(challenge) == OLD
    response = enter(client, RELEASE, code_for(challenge))
    assert (response.status_code, response["Location"]) == (303, CODE)
    assert str(device_of(owner).number) == OLD
    challenge = live_challenge(owner, CONFIRM)
    assert challenge is not None
    assert number_for(challenge) == NEW
    assert enter(client, CONFIRM, code_for(challenge))["Location"] == "/account/#mobile"
    device = device_of(owner)
    assert (str(device.number), device.confirmed_at, device.replaced_at) == (NEW, NOON, NOON)
    assert device.old_number_released_at is None


def test_a_replaced_number_remembers_when_it_took_the_place(client: Client, owner: User, clock: Any) -> None:
    sign_in(client, owner)
    clock.shift(timedelta(minutes=10))
    replace(client, owner)
    assert device_of(owner).replaced_at == NOON + timedelta(minutes=10)


def test_every_administrator_is_notified_by_mail_and_in_the_portal(client: Client, newcomer: User) -> None:
    colleague, member = UserFactory(tenant=newcomer.tenant), MemberFactory(tenant=newcomer.tenant)
    stranger = UserFactory()
    sign_in(client, newcomer)
    start(client)
    enter(client, CONFIRM, the_code(newcomer, CONFIRM))
    told = Notification.objects.filter(event=Event.NUMBER_CHANGED)
    assert {(notice.recipient, notice.channel) for notice in told} == {
        (user, channel) for user in (newcomer, colleague) for channel in ("email", "portal")
    }
    assert not told.filter(recipient__in=[member, stranger]).exists()
    assert {(notice.recipient, notice.context["actor"]) for notice in told} == {
        (newcomer, "you"),
        (colleague, "colleague"),
    }
    assert {notice.context["number"] for notice in told} == {"+44 •••• •••418"}


def test_a_member_sets_their_number_and_is_notified(client: Client, clock: Any) -> None:
    administrator = UserFactory()
    member = MemberFactory(tenant=administrator.tenant)
    sign_in(client, member)
    start(client)
    assert enter(client, CONFIRM, the_code(member, CONFIRM)).status_code == 303
    told = Notification.objects.filter(event=Event.NUMBER_CHANGED, channel="email")
    assert {notice.recipient for notice in told} == {administrator, member}


def test_a_user_of_a_partner_can_set_a_number(client: Client, clock: Any) -> None:
    user = UserFactory(tenant=PartnerTenantFactory())
    sign_in(client, user)
    start(client)
    assert enter(client, CONFIRM, the_code(user, CONFIRM)).status_code == 303
    assert OperationLogEntry.objects.latest("id").partner == user.tenant


@pytest.mark.parametrize(("whose", "word"), [("newcomer", "number-bound"), ("owner", "number-replaced")])
def test_a_change_is_logged_masked_on_the_chain_of_the_tenant(
    client: Client, request: Any, whose: str, word: str
) -> None:
    user = request.getfixturevalue(whose)
    sign_in(client, user)
    if whose == "owner":
        replace(client, user)
    else:
        start(client)
        enter(client, CONFIRM, the_code(user, CONFIRM))
    entry = OperationLogEntry.objects.get(operation="number-changed")
    assert (entry.chain, entry.result, entry.remark_word) == (f"tenant:{user.tenant_id}", "done", word)
    assert "+44 •••• •••418" in remark_of(entry)
    assert "7700900418" not in entry.payload


def test_the_session_gets_a_new_key_after_a_right_code_alone(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    before = client.session.session_key
    challenge = newest_open(newcomer, CONFIRM)
    assert challenge is not None
    enter(client, CONFIRM, not_the_code_of(challenge))
    assert client.session.session_key == before
    enter(client, CONFIRM, code_for(challenge))
    assert client.session.session_key != before


def test_a_code_for_a_disassociation_is_void_once_the_number_changed(client: Client, owner: User) -> None:
    challenge = challenge_of(owner)
    sign_in(client, owner)
    replace(client, owner)
    assert live_challenge(owner, Purpose.DISASSOCIATE) is None
    challenge.refresh_from_db()
    assert challenge.end == Challenge.End.SPENT


# The number and the password


def test_a_wrong_password_sends_nothing_and_is_logged(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    response = start(client, password="wrong-horse-battery")
    assert response.status_code == 422
    assert "That password is not correct" in response.content.decode()
    assert not Challenge.objects.exists()
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result, entry.remark_word) == ("number-changed", "refused", "wrong-password")


def test_failed_attempt_is_stored_without_the_number(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client, password="wrong-horse-battery")
    (attempt,) = AccessAttempt.objects.all()
    assert NEW[-8:] not in attempt.post_data


def test_the_password_of_somebody_else_is_wrong(client: Client, newcomer: User) -> None:
    other = UserFactory(password="another-horse-battery")
    assert other.check_password("another-horse-battery")
    sign_in(client, newcomer)
    assert start(client, password="another-horse-battery").status_code == 422


def test_wrong_passwords_are_limited_like_those_of_the_login(client: Client, newcomer: User, settings: Any) -> None:
    sign_in(client, newcomer)
    for _try in range(settings.AXES_FAILURE_LIMIT):
        response = start(client, password="wrong-horse-battery")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert start(client).status_code == 429
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("field", ["number", "password"])
def test_number_and_password_are_both_needed(client: Client, newcomer: User, field: str) -> None:
    sign_in(client, newcomer)
    data = {"number": NEW, "password": PASSWORD} | {field: ""}
    assert client.post(START, data).status_code == 422
    assert not Challenge.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+44 7700 900418", NEW),
        ("0044 7700-900418", NEW),
        (" +44 (7700) 900.418 ", NEW),
        ("+1 415 555 0100", OLD),
        ("+49 1511 2345678", OTHER),
    ],
)
def test_number_is_normalized_to_e164(typed: str, number: str) -> None:
    assert e164(typed) == number


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("07700 900418", "Begin the number with + and the country code"),
        ("hello", "Begin the number with +"),
        ("+hello", "Enter a mobile number with its country code"),
        ("+999 123 456 789", "Enter a mobile number with its country code"),
        ("+44 7700", "too long or too short"),
        ("+44 7700 900418 900418", "too long or too short"),
        ("+44 20 7946 0018", "not a mobile number"),
        ("+1 800 234 5678", "not a mobile number"),
        ("+44 909 879 0000", "not a mobile number"),
    ],
)
def test_invalid_mobile_number_is_a_form_error(typed: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem.replace("+", r"\+")):
        e164(typed)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("+881 612 345 678", "satellite or international"),  # Iridium
        ("+870 773 112 345", "satellite or international"),  # Inmarsat
        ("+882 16 1234567", "satellite or international"),  # Thuraya
        ("+883 510 001 2345 67", "satellite or international"),
        ("+979 123 456 789", "satellite or international"),  # international premium rate
        ("+44 7012 345678", "personal number"),
        ("+1 500 555 0006", "personal number"),
        ("+49 700 12345678", "personal number"),
        ("+44 909 879 0000", "premium-rate"),
        ("+33 899 12 34 56", "premium-rate"),
        ("+44 56 1234 5678", "internet telephony"),
        ("+81 50 1234 5678", "internet telephony"),
        ("+54 11 2345 6789", "have a 9 after +54"),
        ("+54 2966 412345", "have a 9 after +54"),
    ],
)
def test_a_dear_or_useless_range_is_refused_with_its_reason(typed: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(problem)):
        e164(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+52 55 1234 5678", "+525512345678"),
        ("+52 044 55 1234 5678", "+525512345678"),
        ("+52 045 55 1234 5678", "+525512345678"),
        ("+54 9 11 2345 6789", "+5491123456789"),
        ("+54 11 15-2345-6789", "+5491123456789"),
        ("+54 2966 15 412345", "+5492966412345"),
        ("+44 7624 123456", "+447624123456"),  # Isle of Man
    ],
)
def test_an_older_way_to_dial_gives_the_number_of_today(typed: str, number: str) -> None:
    assert e164(typed) == number


@pytest.mark.parametrize(
    ("countries", "typed", "is_served"),
    [
        ([], "+44 7700 900418", True),
        (["GB"], "+44 7911 123456", False),  # Guernsey has a country code of ISO 3166 of its own
        (["GB"], "+44 7400 123456", True),
        (["GB"], "+44 7700 900418", True),  # a range that the library does not know
        (["DE", "AT"], "+44 7400 123456", False),
        (["US"], "+1 876 555 1234", False),  # Jamaica shares the country code
        (["US"], "+1 415 555 0100", True),
        (["KZ"], "+7 701 123 4567", True),
        (["RU"], "+7 701 123 4567", False),
    ],
)
def test_a_vendor_may_restrict_the_countries(settings: Any, countries: list[str], typed: str, is_served: bool) -> None:
    settings.SMS_COUNTRIES = countries
    if is_served:
        assert e164(typed)
    else:
        with pytest.raises(ValidationError, match=f"only to: {', '.join(countries)}"):
            e164(typed)


def test_a_country_that_is_not_served_is_told_in_the_form(client: Client, newcomer: User, settings: Any) -> None:
    settings.SMS_COUNTRIES = ["DE"]
    page = start(sign_in(client, newcomer))
    assert page.status_code == 422
    assert "Codes are not sent to numbers of this country, only to: DE" in page.content.decode()
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("typed", ["\0", "+44\x007700900418", "+" + "1" * 60, "😀"])
def test_odd_input_is_422(client: Client, newcomer: User, typed: str) -> None:
    sign_in(client, newcomer)
    assert start(client, typed).status_code == 422


def test_the_same_number_is_refused(client: Client, owner: User) -> None:
    sign_in(client, owner)
    response = start(client, OLD)
    assert response.status_code == 422
    assert "This is your number already. Enter another one" in response.content.decode()
    assert OperationLogEntry.objects.get().remark_word == "same-number"


# Codes


def test_a_wrong_code_is_422_and_says_how_many_tries_are_left(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    challenge = newest_open(newcomer, CONFIRM)
    assert challenge is not None
    response = enter(client, CONFIRM, not_the_code_of(challenge))
    assert response.status_code == 422
    page = response.content.decode()
    assert page.count("That code is not correct. You have 4 tries left") == 1  # at the field
    assert '<input type="hidden" name="purpose" value="confirm-number">' in page
    assert not_the_code_of(challenge) not in page
    assert not device_of(newcomer).confirmed


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "12\x003456", "1" * 41])
def test_malformed_code_is_422_and_not_a_try(client: Client, newcomer: User, code: str) -> None:
    sign_in(client, newcomer)
    start(client)
    assert enter(client, CONFIRM, code).status_code == 422
    assert Challenge.objects.get().wrong_tries_at == []


@pytest.mark.parametrize("purpose", ["", "disassociate", "nonsense"])
def test_a_forged_purpose_is_422(client: Client, newcomer: User, purpose: str) -> None:
    sign_in(client, newcomer)
    start(client)
    response = client.post(CODE, {"purpose": purpose, "code": the_code(newcomer, CONFIRM)})
    assert response.status_code == 422
    assert not device_of(newcomer).confirmed


def test_the_fifth_wrong_code_requires_a_new_start(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    challenge = newest_open(newcomer, CONFIRM)
    assert challenge is not None
    for _try in range(5):
        response = enter(client, CONFIRM, not_the_code_of(challenge))
    assert response.status_code == 422
    page = response.content.decode()
    assert "this code no longer works" in page
    assert f'href="{START}">Start again</a>' in page
    assert 'name="code"' not in page
    assert client.get(CODE)["Location"] == START


def test_ten_wrong_codes_lock_with_429(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    for number in (NEW, OTHER):
        start(client, number)
        challenge = newest_open(newcomer, CONFIRM)
        assert challenge is not None
        for _try in range(5):
            response = enter(client, CONFIRM, not_the_code_of(challenge))
    assert (response.status_code, response["Retry-After"]) == (429, "1800")
    assert "locked until 3 November 2025, 12:30" in response.content.decode()
    response = start(client)
    assert (response.status_code, response["Retry-After"]) == (429, "1800")
    assert "You can start again from" in response.content.decode()
    assert "Start again" not in response.content.decode()


def test_expired_code_is_422_and_can_be_resent(client: Client, newcomer: User, clock: Any) -> None:
    sign_in(client, newcomer)
    start(client)
    code = the_code(newcomer, CONFIRM)
    clock.shift(timedelta(minutes=5))
    response = enter(client, CONFIRM, code)
    assert response.status_code == 422
    page = response.content.decode()
    assert "That code has expired." in page
    assert "Send new code" in page
    assert "Start again" not in page
    assert client.get(CODE)["Location"] == START
    assert client.post(RESEND)["Location"] == CODE
    assert enter(client, CONFIRM, the_code(newcomer, CONFIRM))["Location"] == "/account/#mobile"


def test_a_resend_is_possible_after_sixty_seconds(client: Client, newcomer: User, clock: Any) -> None:
    sign_in(client, newcomer)
    start(client)
    assert 'data-countdown="60"' in client.get(CODE).content.decode()
    response = client.post(RESEND)
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "You can ask for a new one from 12:01:00." in response.content.decode()
    assert f'action="{CODE}"' in response.content.decode()  # the code before can still be entered
    old = the_code(newcomer, CONFIRM)
    clock.shift(timedelta(seconds=60))
    assert "data-countdown" not in client.get(CODE).content.decode()
    response = client.post(RESEND, follow=True)
    assert response.redirect_chain == [(CODE, 303)]
    assert "We sent you a new code. Your previous code no longer works." in response.content.decode()
    response = enter(client, CONFIRM, old)
    assert response.status_code == 422
    assert "A newer code was sent at 12:01" in response.content.decode()


def test_too_many_messages_are_429(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    for step in range(5):
        assert start(client, f"+1415555020{step}").status_code == 303
    response = start(client, "+14155550209")
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert "You asked for too many codes within an hour" in response.content.decode()


def test_a_right_first_code_whose_second_cannot_be_sent_yet_is_429(client: Client, owner: User, settings: Any) -> None:
    settings.CODE_SENDS_AN_HOUR = 1
    sign_in(client, owner)
    start(client)
    response = enter(client, RELEASE, the_code(owner, RELEASE))
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert "You can start again from" in response.content.decode()
    assert str(device_of(owner).number) == OLD


def test_the_page_asks_for_the_code_as_telephones_know_it(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    page = client.get(CODE).content.decode()
    for attribute in ('inputmode="numeric"', 'autocomplete="one-time-code"', 'dir="ltr"'):
        assert attribute in page
    assert '<button class="button button--primary button--big">OK</button>' in page


def test_both_forms_are_sent_once_however_often_they_are_clicked(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    page = client.get(CODE).content.decode()
    assert page.count("data-submit-once") == 2
    assert "js/submit-once" in page


def test_only_the_code_to_the_old_number_asks_for_the_old_phone(client: Client, owner: User) -> None:
    sign_in(client, owner)
    start(client)
    assert "I no longer have this phone" in client.get(CODE).content.decode()
    enter(client, RELEASE, the_code(owner, RELEASE))
    page = client.get(CODE).content.decode()
    assert "I no longer have this phone" not in page
    assert f'href="{START}">Use another number</a>' in page


# Two windows, stale steps


def test_code_page_without_a_code_redirects_to_the_start(client: Client, owner: User) -> None:
    sign_in(client, owner)
    assert client.get(CODE)["Location"] == START
    assert client.post(RESEND)["Location"] == START
    assert enter(client, CONFIRM, "123456").status_code == 303


def test_starting_with_another_number_voids_the_code_of_the_first(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    first = the_code(newcomer, CONFIRM)
    start(client, OTHER)
    assert enter(client, CONFIRM, first).status_code == 422
    assert not device_of(newcomer).confirmed
    enter(client, CONFIRM, the_code(newcomer, CONFIRM))
    assert str(device_of(newcomer).number) == OTHER


def test_a_second_start_with_the_same_number_sends_no_second_message(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    start(client)
    assert Challenge.objects.count() == 1


def test_starting_again_after_the_release_needs_a_new_release(client: Client, owner: User) -> None:
    sign_in(client, owner)
    start(client)
    enter(client, RELEASE, the_code(owner, RELEASE))
    confirming = the_code(owner, CONFIRM)
    start(client, OTHER)
    assert newest_open(owner, CONFIRM) is None
    enter(client, CONFIRM, confirming)
    assert str(device_of(owner).number) == OLD


def test_first_code_entered_twice_continues_with_the_second_step(client: Client, owner: User) -> None:
    sign_in(client, owner)
    start(client)
    code = the_code(owner, RELEASE)
    enter(client, RELEASE, code)
    response = enter(client, RELEASE, code)
    assert (response.status_code, response["Location"]) == (303, CODE)
    assert Challenge.objects.count() == 2


def test_the_last_code_twice_changes_once(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    code = the_code(newcomer, CONFIRM)
    enter(client, CONFIRM, code)
    assert enter(client, CONFIRM, code).status_code == 303
    assert OperationLogEntry.objects.filter(operation="number-changed").count() == 1


def test_new_number_cannot_be_confirmed_before_the_code_of_the_old_number(client: Client, owner: User) -> None:
    sign_in(client, owner)
    SmsDevice.objects.filter(user=owner).update(pending_number=NEW)
    code = code_for(challenge_of(owner, purpose=CONFIRM))
    response = enter(client, CONFIRM, code)
    assert response.status_code == 422
    assert str(device_of(owner).number) == OLD
    assert OperationLogEntry.objects.latest("id").remark_word == "number-stale"


def test_a_confirming_code_is_worth_nothing_for_another_pending_number(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    start(client)
    SmsDevice.objects.filter(user=newcomer).update(pending_number=OTHER)
    assert enter(client, CONFIRM, the_code(newcomer, CONFIRM)).status_code == 422
    assert not device_of(newcomer).confirmed


# Who may


@pytest.mark.parametrize("url", [START, CODE])
def test_anonymous_users_are_redirected_to_the_login(client: Client, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/")


def test_number_of_another_user_cannot_be_changed(client: Client, owner: User) -> None:
    colleague = UserFactory(tenant=owner.tenant)
    sign_in(client, colleague)
    start(client)
    enter(client, CONFIRM, the_code(colleague, CONFIRM))
    assert str(device_of(owner).number) == OLD
