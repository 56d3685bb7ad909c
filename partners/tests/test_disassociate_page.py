"""The Disassociate page: the answers of the checks, and the form that sends the code."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Challenge, FactFeed, FactKind, OperationLogEntry, Side, SmsDevice, Tenant, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import (
    ArrearsFactory,
    CommerceContractFactory,
    FactFeedFactory,
    OrderFactory,
    UserFactory,
)
from partners.models import Association, DisassociationRequest
from partners.models.policy import referral_checks, reseller_checks
from partners.presentation.last_check import sign
from partners.tests.browsing import browser_of, checks_in, operations_of, requests_in, text_of
from partners.tests.factories import RequestFactory, administrator_with_number
from partners.tests.way import start, submit

URL = "/my-partner/disassociate/"
SENTENCE = "I understand the preceding statement and confirm to disassociate from the partner account"
CONFIRMED = {"understand": "on", "reason": ""}


def test_all_checks_are_rows_with_their_answers(customer_admin: User) -> None:
    response = browser_of(customer_admin).get(URL)
    assert response.status_code == 200
    assert list(checks_in(response)) == reseller_checks()
    assert set(checks_in(response).values()) == {"pass"}


def test_referral_shows_the_checks_of_its_model(referral: Association) -> None:
    response = browser_of(administrator_with_number(referral)).get(URL)
    assert list(checks_in(response)) == referral_checks()
    assert "a referral needs no consent" in text_of(response)


def test_a_ready_account_reads_the_consequences_and_confirms(association: Association, customer_admin: User) -> None:
    page = browser_of(customer_admin).get(URL).content.decode()
    text = text_of(browser_of(customer_admin).get(URL))
    assert f"Disassociate from {association.partner.tenant.name}" in text
    for words in ("What changes when the association ends", "What stays", "Add a payment method", SENTENCE):
        assert words in text
    assert 'name="understand"' in page
    assert 'maxlength="500"' in page
    assert '<button class="button button--danger button--big">Disassociate</button>' in page


def test_a_ready_account_reads_where_the_code_goes_masked(customer_admin: User) -> None:
    number = str(SmsDevice.objects.get(user=customer_admin).number)
    page = browser_of(customer_admin).get(URL).content.decode()
    assert number not in page
    assert number[-3:] in page


def test_all_blockers_are_shown_at_once_with_evidence_remedy_and_link(
    association: Association, customer_admin: User
) -> None:
    order = OrderFactory(tenant=association.customer)
    ArrearsFactory(tenant=association.customer)
    contract = CommerceContractFactory(tenant=association.customer, contact="Contracts desk")
    response = browser_of(customer_admin).get(URL)
    failed = {code for code, answer in checks_in(response).items() if answer == "fail"}
    assert failed == {"unpaid-orders", "arrears", "commerce-contract"}
    text = text_of(response)
    for words in (order.number, "EUR 1,240.00", "EUR 312.48", contract.number, "Contracts desk"):
        assert words in text
    assert f"You or {association.partner.tenant.name}" in text
    assert reverse("accounts:account") + "#orders" in response.content.decode()
    assert "7 of 10 settled1 for you · 2 for" in text.replace("settled 1", "settled1")
    assert "Handle the failed items as prompted, then check again." in text
    assert SENTENCE not in text


def test_what_to_settle_is_grouped_by_who_acts(association: Association, customer_admin: User) -> None:
    Tenant.objects.filter(pk=association.customer_id).update(currency="")
    ArrearsFactory(tenant=association.customer)
    _stale_orders(association)
    page = browser_of(customer_admin).get(URL).content.decode()
    found = dict(re.findall(r'aria-labelledby="for-(\w+)".*?data-check="([^"]+)"', page, re.DOTALL))
    assert found == {"customer": "currency", "partner": "arrears", "vendor": "unpaid-orders"}


def _check_again(browser: Client, address: str = URL) -> tuple[str, str]:
    """Open the page. Return the text of its bar and the address of "Check again"."""
    page = browser.get(address).content.decode()
    bar = page[page.index('<p class="sticky__text"') : page.index("Check again</a>")]
    link = re.search(r'<a class="button button--primary" href="([^"]+)">', bar)
    assert link
    return " ".join(re.sub(r"<[^>]+>", "", bar).split()), link[1]


def test_check_again_says_that_nothing_changed(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer)
    browser = browser_of(customer_admin)
    text, again = _check_again(browser)
    assert "1 still to settle" in text
    assert "Nothing has changed" not in text
    assert "Nothing has changed: 1 still to settle" in _check_again(browser, again)[0]


def test_check_again_names_what_changed(association: Association, customer_admin: User) -> None:
    arrears, _order = ArrearsFactory(tenant=association.customer), OrderFactory(tenant=association.customer)
    browser = browser_of(customer_admin)
    _text, again = _check_again(browser)
    type(arrears).objects.update(amount=0)
    OrderFactory(tenant=association.customer)
    CommerceContractFactory(tenant=association.customer)
    text, _again = _check_again(browser, again)
    assert "Settled: Arrears." in text
    assert "New: Special commerce contract." in text
    assert "Changed: Orders waiting to be paid." in text
    assert "2 still to settle" in text


@pytest.mark.parametrize("forged", ["x", "a:b:c", "%00", "." * 3000])
def test_a_forged_parameter_is_treated_as_absent(association: Association, customer_admin: User, forged: str) -> None:
    ArrearsFactory(tenant=association.customer)
    text, _again = _check_again(browser_of(customer_admin), f"{URL}?checked={forged}")
    assert "Nothing has changed" not in text


def test_the_answers_of_another_association_are_treated_as_absent(
    association: Association, customer_admin: User, referral: Association
) -> None:
    ArrearsFactory(tenant=association.customer)
    foreign = sign(referral, ())
    text, _again = _check_again(browser_of(customer_admin), f"{URL}?checked={foreign}")
    assert "New:" not in text


def _stale_orders(association: Association) -> None:
    FactFeedFactory(
        tenant=association.customer,
        kind=FactKind.ORDERS,
        keeper=FactFeed.Keeper.EXTERNAL,
        synced_at=timezone.now() - timedelta(hours=25),
    )


def test_stale_facts_are_unknown_and_block(association: Association, customer_admin: User) -> None:
    _stale_orders(association)
    response = browser_of(customer_admin).get(URL)
    assert checks_in(response)["unpaid-orders"] == "unknown"
    text = text_of(response)
    assert "We could not check 1 item. Try again later." in text
    assert "9 of 10 settled" in text
    assert "Handle the failed items" not in text


@pytest.mark.parametrize("initiator", [Side.CUSTOMER, Side.PARTNER])
def test_an_open_request_leaves_the_page_with_all_its_rows(
    association: Association, customer_admin: User, initiator: Side
) -> None:
    request = RequestFactory(association=association, initiator=initiator)
    response = browser_of(customer_admin).get(URL)
    assert response.status_code == 200
    assert list(checks_in(response)) == reseller_checks()
    assert checks_in(response)["open-request"] == "fail"
    assert request.reference in text_of(response)


def test_the_open_request_of_the_customer_is_shown_as_what_it_is(
    association: Association, customer_admin: User
) -> None:
    request = RequestFactory(association=association)
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == [(request.reference, "pending")]
    text, page = text_of(response), response.content.decode()
    assert f"{association.partner.tenant.name} decides" in text
    assert "10 days left" in text
    assert f"/requests/{request.reference}/#withdraw" in page
    assert 'class="state state--info"' in page
    for words in ("settled", "Handle the failed items", "Check again"):
        assert words not in text
    assert page.index("<details", page.index("state--info")) < page.index("data-check=")


def test_the_open_request_of_the_partner_is_a_task(association: Association, customer_admin: User) -> None:
    RequestFactory(association=association, initiator=Side.PARTNER)
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == []
    assert reverse("partners:process") + "#open-request" in response.content.decode()


def test_a_request_that_is_open_already_is_409_and_shown(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association)
    response = browser_of(customer_admin).post(URL, CONFIRMED)
    assert response.status_code == 409
    assert requests_in(response) == [(request.reference, "pending")]


def test_administrator_without_a_number_gets_a_link_to_set_one(association: Association) -> None:
    response = browser_of(UserFactory(tenant=association.customer)).get(URL)
    assert checks_in(response)["mobile-number"] == "fail"
    assert reverse("accounts:account") + "#mobile" in response.content.decode()


def test_customer_without_a_partner_is_redirected_to_my_partner(db: None) -> None:
    browser = browser_of(UserFactory())
    assert browser.get(URL)["Location"] == reverse("partners:my_partner")
    response = browser.post(URL, CONFIRMED)
    assert (response.status_code, response["Location"]) == (303, reverse("partners:my_partner"))


def test_waiting_code_is_offered(association: Association, customer_admin: User) -> None:
    browser = browser_of(customer_admin)
    assert reverse("partners:verify") not in browser.get(URL).content.decode()
    start(customer_admin, association)
    assert reverse("partners:verify") in browser.get(URL).content.decode()


def test_anonymous_users_are_redirected_to_the_login(client: Client, db: None) -> None:
    assert client.get(URL)["Location"].startswith(reverse("accounts:login"))


def test_reading_writes_nothing(customer_admin: User) -> None:
    browser_of(customer_admin).get(URL)
    assert not OperationLogEntry.objects.exists()


def test_confirming_sends_a_code_and_goes_on(customer_admin: User) -> None:
    response = browser_of(customer_admin).post(URL, {"understand": "on", "reason": "We buy in-house."})
    assert (response.status_code, response["Location"]) == (303, reverse("partners:verify"))
    challenge = Challenge.objects.get(user=customer_admin)
    assert "We buy in-house." in challenge.subject
    assert operations_of([customer_admin]) == ["code-sent"]
    assert not DisassociationRequest.objects.exists()


def test_confirming_twice_sends_one_message(customer_admin: User) -> None:
    browser = browser_of(customer_admin)
    browser.post(URL, CONFIRMED)
    response = browser.post(URL, CONFIRMED)
    assert (response.status_code, response["Location"]) == (303, reverse("partners:verify"))
    assert Challenge.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"reason": "x"}, {"understand": "on", "reason": "x" * 501}])
def test_invalid_form_is_422_and_sends_nothing(sent: dict[str, str], customer_admin: User) -> None:
    response = browser_of(customer_admin).post(URL, sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "There is a problem" in page
    assert "<title>Error:" in page
    assert list(checks_in(response)) == reseller_checks()
    assert not Challenge.objects.exists()


def test_invalid_form_keeps_the_input(customer_admin: User) -> None:
    assert "We buy in-house." in text_of(browser_of(customer_admin).post(URL, {"reason": "We buy in-house."}))


def test_a_line_break_counts_as_one_character(customer_admin: User) -> None:
    reason = "\r\n".join(["x" * 49] * 10)
    assert browser_of(customer_admin).post(URL, {"understand": "on", "reason": reason}).status_code == 303


def test_nul_byte_is_a_form_error(customer_admin: User) -> None:
    assert browser_of(customer_admin).post(URL, {"understand": "on", "reason": "a\0b"}).status_code == 422


def test_a_blocked_account_is_409_and_sends_nothing(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer)
    response = browser_of(customer_admin).post(URL, CONFIRMED)
    assert response.status_code == 409
    assert checks_in(response)["arrears"] == "fail"
    assert set(checks_in(response)) == set(reseller_checks())
    assert operations_of([customer_admin]) == ["blocked"]
    assert not Challenge.objects.exists()


def test_the_request_limit_is_409(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    browser = browser_of(customer_admin)
    browser.post(reverse("partners:withdraw", args=[request.reference]), {"understand": "on"})
    response = browser.post(URL, CONFIRMED)
    assert response.status_code == 409
    assert checks_in(response)["request-limit"] == "fail"
    assert checks_in(response)["open-request"] == "pass"


def test_a_limit_of_messages_is_429_and_says_until_when(
    association: Association, customer_admin: User, settings: Any
) -> None:
    settings.CODE_SENDS_AN_HOUR = 1
    start(customer_admin, association, "one")
    response = browser_of(customer_admin).post(URL, {"understand": "on", "reason": "two"})
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    text = text_of(response)
    assert "You asked for too many codes within an hour. You can ask for a new one from" in text
    assert "You can start again from" in text
    assert 'name="code"' not in response.content.decode()  # the open code is of the other reason


def test_a_locked_code_entry_is_429(customer_admin: User, settings: Any) -> None:
    SmsDevice.objects.filter(user=customer_admin).update(
        throttling_failure_count=settings.CODE_TRIES_AN_HOUR, throttling_failure_timestamp=timezone.now()
    )
    response = browser_of(customer_admin).post(URL, CONFIRMED)
    assert response.status_code == 429
    assert 1700 < int(response["Retry-After"]) <= 1800


def test_locked_user_sees_until_when_and_no_button(customer_admin: User, settings: Any) -> None:
    SmsDevice.objects.filter(user=customer_admin).update(
        throttling_failure_count=settings.CODE_TRIES_AN_HOUR, throttling_failure_timestamp=timezone.now()
    )
    response = browser_of(customer_admin).get(URL)
    assert "You entered too many wrong codes. You can disassociate from" in text_of(response)
    assert "button--danger" not in response.content.decode()


def test_post_needs_a_csrf_token(customer_admin: User) -> None:
    assert browser_of(customer_admin, enforce_csrf=True).post(URL, CONFIRMED).status_code == 403
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("rows", [10, 10_000])
def test_it_costs_at_most_fourteen_queries_whatever_the_number_of_facts(
    association: Association, customer_admin: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    OrderFactory._meta.model.objects.bulk_create(OrderFactory.build_batch(rows, tenant=association.customer))
    start_before = browser_of(customer_admin)
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert checks_in(start_before.get(URL))["unpaid-orders"] == "fail"


@pytest.mark.parametrize("is_master", [False, True])
def test_a_ready_account_with_a_waiting_code_costs_at_most_fourteen_queries(
    association: Association, customer_admin: User, django_assert_max_num_queries: Any, is_master: bool
) -> None:
    Tenant.objects.filter(pk=association.customer_id).update(is_master=is_master)
    start(customer_admin, association)
    browser = browser_of(customer_admin)
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert set(checks_in(browser.get(URL)).values()) == {"pass"}
