"""The withdraw view: by any administrator of the side that started the request, while it is pending."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Side, User
from accounts.tests.factories import UserFactory
from partners.models import Association, DisassociationRequest
from partners.operations.approve import approve
from partners.operations.reject import reject
from partners.tests.browsing import browser_of, operations_of, requests_in, text_of
from partners.tests.factories import RequestFactory

TICKED = {"understand": "on"}


@pytest.fixture
def made(association: Association) -> DisassociationRequest:
    return RequestFactory(association=association)


def url_of(request: DisassociationRequest) -> str:
    return reverse("partners:withdraw", args=[request.reference])


def status_of(request: DisassociationRequest) -> str:
    request.refresh_from_db()
    return str(request.status)


def test_an_administrator_of_the_initiating_side_withdraws(made: DisassociationRequest, customer_admin: User) -> None:
    browser = browser_of(customer_admin)
    response = browser.post(url_of(made), TICKED)
    assert (response.status_code, response["Location"]) == (303, f"/requests/{made.reference}/")
    assert status_of(made) == "withdrawn"
    assert "You withdrew the request" in text_of(browser.get(response["Location"]))


def test_a_colleague_may_withdraw_as_well(made: DisassociationRequest) -> None:
    assert browser_of(UserFactory(tenant=made.customer)).post(url_of(made), TICKED).status_code == 303


def test_the_partner_withdraws_its_own(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER)
    assert browser_of(partner_admin).post(url_of(request), TICKED).status_code == 303
    assert status_of(request) == "withdrawn"


def test_page_has_a_section_for_the_withdrawal(made: DisassociationRequest, customer_admin: User) -> None:
    page = browser_of(customer_admin).get(f"/requests/{made.reference}/").content.decode()
    assert 'id="withdraw"' in page
    assert f'action="{url_of(made)}"' in page
    assert ">Withdraw request</button>" in page
    assert "still counts towards the limit" in page


def test_counterparty_cannot_withdraw(made: DisassociationRequest, partner_admin: User) -> None:
    assert browser_of(partner_admin).post(url_of(made), TICKED).status_code == 403
    assert status_of(made) == "pending"


def test_anonymous_users_are_redirected_to_the_login(made: DisassociationRequest, client: Client) -> None:
    response = client.post(url_of(made), TICKED)
    assert response["Location"].startswith(reverse("accounts:login"))
    assert status_of(made) == "pending"


def test_a_second_click_is_409_and_says_what_happened(made: DisassociationRequest, customer_admin: User) -> None:
    browser = browser_of(customer_admin)
    browser.post(url_of(made), TICKED)
    response = browser.post(url_of(made), TICKED)
    assert response.status_code == 409
    assert requests_in(response) == [(made.reference, "withdrawn")]
    text = text_of(response)
    for words in ("You withdrew the request", "That was on", "changed nothing"):
        assert words in text
    assert operations_of([customer_admin]) == ["withdrawn", "withdrawn"]  # done, and refused


def test_a_rejection_that_was_first_wins(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    reject(actor=partner_admin, request=made, reason="An invoice is open.")
    response = browser_of(customer_admin).post(url_of(made), TICKED)
    assert response.status_code == 409
    assert f"{made.partner.tenant.name} rejected the request" in text_of(response)
    assert "An invoice is open." in text_of(response)
    assert status_of(made) == "rejected"


def test_an_approval_that_was_first_wins(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    approve(actor=partner_admin, request=made)
    response = browser_of(customer_admin).post(url_of(made), TICKED)
    assert response.status_code == 409
    assert "has ended" in text_of(response)
    assert status_of(made) == "completed"


def test_get_of_the_action_url_changes_nothing_and_redirects_to_the_request(
    made: DisassociationRequest, customer_admin: User
) -> None:
    response = browser_of(customer_admin).get(url_of(made))
    assert (response.status_code, response["Location"]) == (303, f"/requests/{made.reference}/")
    assert status_of(made) == "pending"


def test_withdrawal_needs_a_csrf_token(made: DisassociationRequest, customer_admin: User) -> None:
    assert browser_of(customer_admin, enforce_csrf=True).post(url_of(made), TICKED).status_code == 403
    assert status_of(made) == "pending"


def test_withdrawal_without_the_tick_is_422_and_changes_nothing(
    made: DisassociationRequest, customer_admin: User
) -> None:
    response = browser_of(customer_admin).post(url_of(made))
    assert response.status_code == 422
    assert response.content.decode().count("Tick the box to confirm that you want to withdraw") == 2
    assert status_of(made) == "pending"
    assert operations_of([customer_admin]) == []


def test_withdrawal_without_the_tick_after_a_decision_says_what_happened(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    reject(actor=partner_admin, request=made, reason="An invoice is open.")
    response = browser_of(customer_admin).post(url_of(made))
    assert response.status_code == 422
    assert "An invoice is open." in text_of(response)
    assert operations_of([customer_admin]) == []
