"""The partner's Customers page: active associations, with open requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Side, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import CustomerFactory, MemberFactory, UserFactory
from partners.models import Association
from partners.operations.approve import approve
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory
from partners.tests.pages import get, queries_of
from partners.tests.test_partner_process_page import crowd
from partners.tests.way import submit

pytestmark = pytest.mark.django_db
PATH = "/partner/customers/"


def test_it_shows_name_id_model_since_and_masked_contact(association: Association, partner_admin: User) -> None:
    page, customer = get(partner_admin, PATH), association.customer
    assert customer.name in page
    assert customer.key in page
    assert "Reseller" in page
    assert f'datetime="{timezone.localdate(association.started_at).isoformat()}"' in page
    assert "p•••••@" in page
    assert customer.contact_email not in page
    assert customer.contact_phone not in page


def test_members_may_read_it(association: Association) -> None:
    assert association.customer.name in get(MemberFactory(tenant=association.partner.tenant), PATH)


def test_open_request_is_shown_with_a_link_to_decide_it(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association)
    page = get(partner_admin, PATH)
    assert f'data-request="{request.reference}" data-status="pending"' in page
    assert "Waiting for you" in page
    assert "10 days left" in page
    assert f'href="/partner/process/{request.reference}/"' in page


def test_a_member_is_not_led_to_a_page_that_is_not_open_to_it(association: Association) -> None:
    request = RequestFactory(association=association)
    page = get(MemberFactory(tenant=association.partner.tenant), PATH)
    assert f'href="/requests/{request.reference}/"' in page
    assert "/partner/process/" not in page


def test_request_of_the_partner_waits_for_the_customer(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER)
    page = get(partner_admin, PATH)
    assert f'href="/requests/{request.reference}/"' in page
    assert "Waiting for the customer" in page


def test_a_closed_request_is_not_shown(association: Association, partner_admin: User) -> None:
    RequestFactory(association=association, status="withdrawn", closed_at=timezone.now())
    assert "data-request" not in get(partner_admin, PATH)


def test_a_customer_leaves_the_list_with_the_end_of_its_association(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    approve(actor=partner_admin, request=submit(customer_admin, association))
    page = get(partner_admin, PATH)
    assert association.customer.name not in page
    assert "No customer is associated with you now" in page


def test_a_customer_that_came_back_is_shown_once(association: Association, partner_admin: User) -> None:
    earlier = association.started_at - timedelta(days=9)
    AssociationFactory(
        customer=association.customer, partner=association.partner, started_at=earlier,
        ended_at=association.started_at, ended_by=Side.CUSTOMER,
    )  # fmt: skip
    assert get(partner_admin, PATH).count(association.customer.key) == 1


def test_a_former_customer_that_is_now_another_partners_is_not_shown(partner_admin: User) -> None:
    assert partner_admin.tenant is not None
    old = AssociationFactory(partner=partner_admin.tenant.partner, ended_at=timezone.now(), ended_by=Side.CUSTOMER)
    AssociationFactory(customer=old.customer)
    assert old.customer.name not in get(partner_admin, PATH)


def test_customers_of_another_partner_are_not_shown(association: Association, partner_admin: User) -> None:
    assert AssociationFactory().customer.name not in get(partner_admin, PATH)


def test_they_stand_in_the_order_of_their_names(association: Association, partner_admin: User) -> None:
    for name in ("Zenith", "Aldgate"):
        AssociationFactory(partner=association.partner, customer=CustomerFactory(name=name))
    page = get(partner_admin, PATH)
    assert page.index("Aldgate") < page.index("Zenith")


def test_case_and_accents_do_not_count_in_the_order(association: Association, partner_admin: User) -> None:
    names = ("Étage", "evening", "Zenith", "ebro", "Ömer", "Olive", "Ernst")
    for name in names:
        AssociationFactory(partner=association.partner, customer=CustomerFactory(name=name))
    page = get(partner_admin, PATH)
    assert sorted(names, key=page.index) == ["ebro", "Ernst", "Étage", "evening", "Olive", "Ömer", "Zenith"]


def test_the_pages_go_by_name_and_miss_nobody(association: Association, partner_admin: User) -> None:
    crowd(association.partner, 120)
    seen, address = [], PATH
    while address:
        page = get(partner_admin, address)
        seen += [row.partition("<bdi>")[2].partition("</bdi>")[0] for row in page.split('<th scope="row"')[1:]]
        _, found, rest = page.partition('rel="next" href="')
        address = PATH + rest.partition('"')[0] if found else ""
    assert seen == sorted(seen)
    assert len(set(seen)) == 121


@pytest.mark.parametrize("number", [10, 10_000])
def test_it_costs_at_most_fourteen_queries_whatever_the_number_of_rows(
    association: Association, partner_admin: User, number: int
) -> None:
    crowd(association.partner, number)
    assert len(queries_of(partner_admin, PATH)) <= PAGE_QUERIES - 2  # session and user aside


def test_a_cursor_of_another_partner_is_not_found(association: Association, partner_admin: User) -> None:
    crowd(association.partner, 60)
    address = get(partner_admin, PATH).partition('rel="next" href="')[2].partition('"')[0]
    get(UserFactory(tenant=PartnerFactory().tenant), PATH + address, status=404)
