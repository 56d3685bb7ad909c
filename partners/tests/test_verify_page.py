"""The code page of a disassociation: OK, Send new code, and the message of every answer."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Challenge, SmsDevice, User
from accounts.tests.factories import ArrearsFactory, UserFactory
from partners.models import Association, DisassociationRequest, Policy
from partners.tests.browsing import browser_of, checks_in, operations_of, requests_in, text_of
from partners.tests.factories import RequestFactory, administrator_with_number
from partners.tests.way import start

URL = "/my-partner/disassociate/verify/"
NEW_CODE = "/my-partner/disassociate/verify/new-code/"
CHECKS = "/my-partner/disassociate/"


@pytest.fixture
def challenge(association: Association, customer_admin: User) -> Challenge:
    return start(customer_admin, association, "We buy in-house.")


@pytest.fixture
def browser(customer_admin: User) -> Client:
    return browser_of(customer_admin)


def wrong(challenge: Challenge) -> str:
    return f"{(int(code_for(challenge)) + 1) % 10**6:06d}"


def test_the_page_names_the_masked_number_and_until_when(challenge: Challenge, browser: Client) -> None:
    response = browser.get(URL)
    page, text = response.content.decode(), text_of(response)
    number = str(challenge.device.number)
    assert number not in page
    assert f"•••• •••{number[-3:]}" in text
    assert "The code is valid until" in text
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page
    assert 'dir="ltr"' in page
    assert ">OK</button>" in page
    assert re.search(r"<input[^>]* autofocus", page)
    assert "for another 5 minutes" in text


def test_the_page_does_not_hold_the_code(challenge: Challenge, browser: Client) -> None:
    assert code_for(challenge) not in browser.get(URL).content.decode()


def test_the_page_says_when_a_new_code_is_possible_and_how_often(challenge: Challenge, browser: Client) -> None:
    response = browser.get(URL)
    assert "You can ask for a new code 3 more times" in text_of(response)
    assert "data-countdown=" in response.content.decode()
    assert '<button class="button button--wide">Send new code</button>' in response.content.decode()


def test_the_page_says_what_to_do_without_the_phone(challenge: Challenge, browser: Client) -> None:
    assert "I no longer have this phone" in text_of(browser.get(URL))


def test_it_redirects_to_the_checks_without_a_live_code(browser: Client) -> None:
    response = browser.get(URL)
    assert (response.status_code, response["Location"]) == (303, CHECKS)


def test_it_redirects_to_the_checks_with_an_expired_code(challenge: Challenge, customer_admin: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        response = browser_of(customer_admin).get(URL)
    assert (response.status_code, response["Location"]) == (303, CHECKS)


def test_customer_without_a_partner_is_redirected_to_the_checks(db: None) -> None:
    browser = browser_of(UserFactory())
    assert browser.get(URL).status_code == 303
    assert browser.post(URL, {"code": "123456"}).status_code == 303
    assert browser.post(NEW_CODE).status_code == 303


def test_anonymous_users_are_redirected_to_the_login(client: Client, db: None) -> None:
    assert client.get(URL)["Location"].startswith(reverse("accounts:login"))


def test_the_right_code_submits_the_request(challenge: Challenge, browser: Client) -> None:
    response = browser.post(URL, {"code": code_for(challenge)})
    request = DisassociationRequest.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/requests/{request.reference}/")
    assert request.reason == "We buy in-house."


@pytest.mark.parametrize("shape", ["{0}{1}{2} {3}{4}{5}", "{0}{1}{2}-{3}{4}{5}", "  {0}{1} {2}{3} {4}{5} "])
def test_spaces_and_hyphens_do_not_matter(shape: str, challenge: Challenge, browser: Client) -> None:
    assert browser.post(URL, {"code": shape.format(*code_for(challenge))})["Location"].startswith("/requests/D-")


def test_the_session_gets_a_new_key_with_the_right_code(challenge: Challenge, browser: Client) -> None:
    before = browser.session.session_key
    browser.post(URL, {"code": code_for(challenge)})
    assert browser.session.session_key != before
    assert browser.get("/my-partner/").status_code == 200


def test_a_referral_says_that_it_was_submitted_and_has_ended(referral: Association) -> None:
    actor = administrator_with_number(referral)
    browser, challenge = browser_of(actor), start(actor, referral)
    response = browser.post(URL, {"code": code_for(challenge)}, follow=True)
    assert "The application for canceling the association with the partner has been submitted" in text_of(response)
    assert requests_in(response)[0][1] == "completed"


def test_second_ok_refers_to_the_created_request(challenge: Challenge, browser: Client) -> None:
    code = {"code": code_for(challenge)}
    first = browser.post(URL, code)
    second = browser.post(URL, code)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert DisassociationRequest.objects.count() == 1


def test_a_second_ok_of_a_completed_referral_goes_to_its_request(referral: Association) -> None:
    actor = administrator_with_number(referral)
    browser, challenge = browser_of(actor), start(actor, referral)
    first = browser.post(URL, {"code": code_for(challenge)})
    assert browser.post(URL, {"code": code_for(challenge)})["Location"] == first["Location"]


@pytest.mark.parametrize(
    "sent", [{}, {"code": ""}, {"code": "12345"}, {"code": "abcdef"}, {"code": "1234567"}, {"code": "1" * 41}]
)
def test_invalid_code_is_422_and_not_a_try(sent: dict[str, str], challenge: Challenge, browser: Client) -> None:
    response = browser.post(URL, sent)
    assert response.status_code == 422
    assert 'id="code-error"' in response.content.decode()
    challenge.refresh_from_db()
    assert challenge.wrong_tries_at == []


@pytest.mark.parametrize("sent", ["", "123456"])
def test_without_an_open_code_an_empty_and_a_wrong_one_lead_to_the_checks(
    association: Association, browser: Client, sent: str
) -> None:
    response = browser.post(URL, {"code": sent})
    assert (response.status_code, response["Location"]) == (303, CHECKS)


def test_a_wrong_code_is_422_and_says_how_many_tries_are_left(
    challenge: Challenge, browser: Client, customer_admin: User
) -> None:
    response = browser.post(URL, {"code": wrong(challenge)})
    assert response.status_code == 422
    assert text_of(response).count("That code is not correct. You have 4 tries left") == 1  # at the field
    assert "<title>Error:" in response.content.decode()
    assert wrong(challenge) not in response.content.decode()
    assert operations_of([customer_admin]) == ["code-sent", "code-refused"]


def test_fifth_wrong_code_voids_the_code(challenge: Challenge, browser: Client) -> None:
    for _ in range(5):
        response = browser.post(URL, {"code": wrong(challenge)})
    assert response.status_code == 422
    assert "this code no longer works" in text_of(response)
    assert f'href="{CHECKS}">Start again</a>' in response.content.decode()
    assert "Send new code" not in text_of(response)
    assert 'name="code"' not in response.content.decode()
    assert browser.post(URL, {"code": code_for(challenge)}).status_code == 422
    assert not DisassociationRequest.objects.exists()


def test_the_tenth_wrong_code_locks_with_429(association: Association, customer_admin: User, browser: Client) -> None:
    for reason in ("one", "two"):
        challenge = start(customer_admin, association, reason)
        for _ in range(5):
            response = browser.post(URL, {"code": wrong(challenge)})
    assert response.status_code == 429
    assert 1700 < int(response["Retry-After"]) <= 1800
    assert "locked until" in text_of(response)
    assert "You can start again from" in text_of(response)
    for button in ("Start again", "Send new code", ">OK<"):
        assert button not in response.content.decode()  # nothing of it is possible now
    assert browser.post(NEW_CODE).status_code == 429
    assert browser.get("/my-partner/").status_code == 200  # the action is locked, not the account


def test_an_expired_code_is_422_and_can_be_sent_again(challenge: Challenge, customer_admin: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        browser = browser_of(customer_admin)
        response = browser.post(URL, {"code": code_for(challenge)})
        assert response.status_code == 422
        assert "That code has expired" in text_of(response)
        assert "Send new code" in text_of(response)
        for other in ("Start again", "I no longer have this phone", "Did not get the message?"):
            assert other not in text_of(response)
        assert 'name="code"' not in response.content.decode()
        assert browser.post(NEW_CODE).status_code == 303
    assert not DisassociationRequest.objects.exists()


def test_expired_code_that_cannot_be_resent_only_offers_a_new_start(
    challenge: Challenge, customer_admin: User, settings: Any
) -> None:
    settings.CODE_RESENDS_AN_ATTEMPT = 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        response = browser_of(customer_admin).post(URL, {"code": code_for(challenge)})
    assert response.status_code == 422
    assert f'href="{CHECKS}">Start again</a>' in response.content.decode()
    assert "Send new code" not in text_of(response)


def test_malformed_code_shows_no_error_without_a_field(challenge: Challenge, customer_admin: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        response = browser_of(customer_admin).post(URL, {"code": "12"})
    assert response.status_code == 422
    assert "Enter the 6 digits" not in text_of(response)
    assert "Send new code" in text_of(response)


def test_a_lock_by_other_codes_closes_the_page_until_it_ends(
    challenge: Challenge, browser: Client, settings: Any
) -> None:
    SmsDevice.objects.filter(pk=challenge.device_id).update(
        throttling_failure_count=settings.CODE_TRIES_AN_HOUR, throttling_failure_timestamp=timezone.now()
    )
    response = browser.get(URL)
    assert response.status_code == 200
    assert "You can start again from" in text_of(response)
    assert 'name="code"' not in response.content.decode()
    assert browser.post(URL, {"code": code_for(challenge)}).status_code == 429


def test_a_superseded_code_is_422_and_no_wrong_try(challenge: Challenge, customer_admin: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        browser = browser_of(customer_admin)
        assert browser.post(NEW_CODE)["Location"] == URL
        response = browser.post(URL, {"code": code_for(challenge)})
    assert response.status_code == 422
    assert "A newer code was sent at" in text_of(response)
    newest = Challenge.objects.open().get()
    assert newest.wrong_tries_at == []


def test_a_code_without_any_challenge_goes_to_the_checks(browser: Client) -> None:
    response = browser.post(URL, {"code": "123456"})
    assert (response.status_code, response["Location"]) == (303, CHECKS)


def test_changed_checks_spend_the_code_and_are_409(
    association: Association, challenge: Challenge, browser: Client
) -> None:
    ArrearsFactory(tenant=association.customer)
    response = browser.post(URL, {"code": code_for(challenge)})
    assert response.status_code == 409
    assert checks_in(response)["arrears"] == "fail"
    assert "The code no longer works, and nothing was submitted" in text_of(response)
    assert not DisassociationRequest.objects.exists()
    assert browser.get(URL).status_code == 303


def test_a_request_of_the_partner_meanwhile_is_a_lost_race(
    association: Association, challenge: Challenge, browser: Client
) -> None:
    request = RequestFactory(association=association, initiator="partner")
    response = browser.post(URL, {"code": code_for(challenge)})
    assert response.status_code == 409
    assert requests_in(response) == [(request.reference, "pending")]
    assert f"{association.partner.tenant.name} asks to end the association" in text_of(response)
    assert "changed nothing" in text_of(response)


def test_an_association_that_ended_meanwhile_spends_the_code(
    association: Association, challenge: Challenge, browser: Client
) -> None:
    Association.objects.filter(pk=association.pk).update(ended_at=timezone.now(), ended_by="vendor")
    response = browser.post(URL, {"code": code_for(challenge)})
    assert response.status_code == 409
    assert "nothing was submitted" in text_of(response)


def test_a_new_code_too_early_is_429_in_words(challenge: Challenge, browser: Client) -> None:
    response = browser.post(NEW_CODE)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "You can ask for a new code 60 seconds after the previous one. You can ask for a new one from" in text_of(
        response
    )
    assert Challenge.objects.count() == 1


def test_the_code_can_still_be_entered_on_the_page_of_a_refused_resend(challenge: Challenge, browser: Client) -> None:
    page = browser.post(NEW_CODE).content.decode()
    assert 'name="code"' in page
    assert f'action="{URL}"' in page


def test_both_forms_are_sent_once_however_often_they_are_clicked(challenge: Challenge, browser: Client) -> None:
    page = browser.get(URL).content.decode()
    assert page.count("data-submit-once") == 2
    assert "js/submit-once" in page


def test_a_new_code_says_that_it_was_sent(challenge: Challenge, customer_admin: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        response = browser_of(customer_admin).post(NEW_CODE, follow=True)
    assert "We sent you a new code. Your previous code no longer works." in text_of(response)
    assert "You can ask for a new code 2 more times" in text_of(response)


def test_after_the_last_resend_the_page_offers_to_start_again(
    challenge: Challenge, customer_admin: User, settings: Any
) -> None:
    settings.CODE_RESENDS_AN_ATTEMPT = 0
    text = text_of(browser_of(customer_admin).get(URL))
    assert "We cannot send another code now" in text
    assert "start again when it has expired" in text
    assert "Send new code" not in text


def test_a_new_code_without_a_challenge_goes_to_the_checks(browser: Client) -> None:
    assert browser.post(NEW_CODE)["Location"] == CHECKS


def test_a_new_code_without_a_number_goes_to_the_checks(challenge: Challenge, browser: Client) -> None:
    SmsDevice.objects.update(confirmed=False, number="")
    assert browser.post(NEW_CODE)["Location"] == CHECKS


def test_get_on_the_new_code_url_redirects_to_the_code_page(challenge: Challenge, browser: Client) -> None:
    assert browser.get(NEW_CODE)["Location"] == URL


def test_code_of_another_user_is_not_accepted(association: Association, challenge: Challenge) -> None:
    colleague = administrator_with_number(association)
    response = browser_of(colleague).post(URL, {"code": code_for(challenge)})
    assert response.status_code == 303
    assert response["Location"] == CHECKS
    assert not DisassociationRequest.objects.exists()


@pytest.mark.parametrize("url", [URL, NEW_CODE])
def test_post_needs_a_csrf_token(url: str, challenge: Challenge, customer_admin: User) -> None:
    browser = browser_of(customer_admin, enforce_csrf=True)
    assert browser.post(url, {"code": code_for(challenge)}).status_code == 403
    assert not DisassociationRequest.objects.exists()


def test_rules_changed_after_the_code_are_not_shown_as_failed_items(challenge: Challenge, browser: Client) -> None:
    Policy.objects.create(version=2)
    response = browser.post(URL, {"code": code_for(challenge)})
    assert response.status_code == 409
    assert "The conditions have changed since we sent the code" in text_of(response)
    assert "0 items" not in text_of(response)
    assert "failed items" not in text_of(response)
