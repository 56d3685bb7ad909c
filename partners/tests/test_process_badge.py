"""The badge next to Process in the navigation: on every page, for the side that must decide."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import MemberFactory
from partners.models import Association
from partners.operations.reject import reject
from partners.tests.factories import RequestFactory
from partners.tests.pages import post

COUNT = '<span class="sidenav__count sidenav__count--wait">'
NOWHERE = "/nowhere/"  # an error page has the same frame
PAGES_OF_CUSTOMER = ["/my-partner/", "/my-partner/disassociate/", "/my-partner/process/", "/account/", NOWHERE]
PAGES_OF_PARTNER = ["/partner/process/", "/partner/customers/", "/partner/operation-log/", "/account/", NOWHERE]


def badge(user: User, address: str) -> str:
    """Return the number next to Process on the page, or ""."""
    client = Client()
    client.force_login(user)
    html = client.get(address).content.decode()
    start = html.index("Process", html.index("sidenav__list"))
    link = html[start : html.index("</a>", start)]
    return link.partition(COUNT)[2].partition("<")[0]


@pytest.mark.parametrize("address", PAGES_OF_CUSTOMER)
def test_the_customer_is_shown_a_request_of_its_partner(
    association: Association, customer_admin: User, address: str
) -> None:
    RequestFactory(association=association, initiator="partner")
    assert badge(customer_admin, address) == "1"


@pytest.mark.parametrize("address", PAGES_OF_CUSTOMER)
def test_nothing_to_decide_is_no_count(customer_admin: User, address: str) -> None:
    assert badge(customer_admin, address) == ""


@pytest.mark.parametrize("address", PAGES_OF_CUSTOMER)
def test_the_customer_is_not_shown_its_own_request(
    association: Association, customer_admin: User, address: str
) -> None:
    RequestFactory(association=association, initiator="customer")
    assert badge(customer_admin, address) == ""


@pytest.mark.parametrize("address", PAGES_OF_PARTNER)
def test_the_partner_is_shown_the_requests_of_its_customers(
    association: Association, partner_admin: User, address: str
) -> None:
    RequestFactory(association=association)
    RequestFactory()
    assert badge(partner_admin, address) == "1"


def test_a_request_that_was_decided_does_not_count(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    reject(actor=partner_admin, request=RequestFactory(association=association), reason="Not yet")
    assert badge(partner_admin, "/partner/process/") == ""


def test_the_page_that_answers_a_form_shows_the_count_as_well(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association)
    html = post(partner_admin, f"/requests/{request.reference}/reject/", 422, reason="")
    assert f"{COUNT}1<" in html


def test_a_member_is_shown_no_count(association: Association) -> None:
    RequestFactory(association=association, initiator="partner")
    client = Client()
    client.force_login(MemberFactory(tenant=association.customer))
    assert COUNT not in client.get("/account/").content.decode()
