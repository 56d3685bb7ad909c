"""The partner's Process: what waits, for whom, and what is over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Side, Tenant, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import CustomerFactory, OrderFactory, PartnerTenantFactory, UserFactory
from partners.models import Association, DisassociationRequest, Partner, Policy, Statement, Status
from partners.models.association import sort_key
from partners.operations.reject import reject
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory
from partners.tests.pages import get, queries_of

pytestmark = pytest.mark.django_db
PATH = "/partner/process/"


def request_of(partner: Partner, **values: object) -> DisassociationRequest:
    return RequestFactory(association=AssociationFactory(partner=partner), **values)


def section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}-title"')[2].partition("</section>")[0]


@pytest.fixture
def partner(association: Association) -> Partner:
    return association.partner


def test_a_customers_request_waits_for_the_partner(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association)
    waiting = section(get(partner_admin, PATH), "waiting")
    assert f'data-request="{request.reference}" data-status="pending"' in waiting
    assert f'href="/partner/process/{request.reference}/"' in waiting


def test_the_most_urgent_request_comes_first(partner: Partner, partner_admin: User) -> None:
    now = timezone.now()
    late = request_of(partner, due_at=now + timedelta(days=9))
    soon = request_of(partner, due_at=now + timedelta(days=1))
    waiting = section(get(partner_admin, PATH), "waiting")
    assert waiting.index(soon.reference) < waiting.index(late.reference)


def test_the_checks_are_those_of_now(association: Association, partner_admin: User) -> None:
    RequestFactory(association=association)
    assert "All checks pass" in get(partner_admin, PATH)
    OrderFactory(tenant=association.customer)
    waiting = section(get(partner_admin, PATH), "waiting")
    assert "1 check does not pass" in waiting
    assert "Orders waiting to be paid" in waiting


def test_the_partners_own_request_waits_for_the_customer(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER)
    page = get(partner_admin, PATH)
    assert request.reference not in section(page, "waiting")
    assert request.reference in section(page, "others")


def test_an_approved_request_that_is_blocked_says_what_it_waits_for(
    association: Association, partner_admin: User
) -> None:
    RequestFactory(
        association=association,
        status=Status.APPROVED,
        answers=[{"code": "arrears", "result": "pass", "data": {}}],
        blocked_by=["arrears"],
    )
    assert "Arrears" in section(get(partner_admin, PATH), "others")


def test_closed_requests_of_30_days_are_shown_and_older_ones_not(partner: Partner, partner_admin: User) -> None:
    now = timezone.now()
    young = request_of(partner, status=Status.WITHDRAWN, closed_at=now - timedelta(days=29))
    old = request_of(partner, status=Status.WITHDRAWN, closed_at=now - timedelta(days=31))
    page = get(partner_admin, PATH)
    assert f'data-request="{young.reference}" data-status="withdrawn"' in section(page, "past")
    assert old.reference not in page


def test_requests_of_another_partner_are_not_shown(partner_admin: User) -> None:
    assert RequestFactory().reference not in get(partner_admin, PATH)


def test_without_requests_the_page_says_so(partner_admin: User) -> None:
    assert "No requests for you to decide" in get(partner_admin, PATH)


def test_a_partner_tenant_without_its_partner_record_reads_an_empty_page(db: None) -> None:
    assert "No requests for you to decide" in get(UserFactory(tenant=PartnerTenantFactory()), PATH)


def crowd(partner: Partner, number: int) -> None:
    """`number` customers of the partner, a third of them with a request of each list."""
    now, policy, statement = timezone.now(), Policy.current(), Statement.current()
    user = UserFactory(tenant=CustomerFactory())
    first = Tenant.objects.count()
    customers = Tenant.objects.bulk_create(
        Tenant(key=f"crowd:{first}:{n}", kind="customer", name=f"Crowd {n:05}", currency="EUR") for n in range(number)
    )
    associations = Association.objects.bulk_create(
        Association(
            customer=customer,
            partner=partner,
            model="reseller",
            started_at=now,
            customer_sort_key=sort_key(customer.name),
        )
        for customer in customers
    )
    kinds = [("pending", "customer", None), ("pending", "partner", None), ("rejected", "customer", now)]
    DisassociationRequest.objects.bulk_create(
        DisassociationRequest(
            association=association,
            customer=association.customer,
            partner=partner,
            requested_by=user,
            policy=policy,
            statement=statement,
            submitted_at=now,
            due_at=now + timedelta(minutes=n),
            reason="Why",
            decision_reason="No",
            status=kinds[n % 3][0],
            initiator=kinds[n % 3][1],
            closed_at=kinds[n % 3][2],
        )
        for n, association in enumerate(associations)
    )


@pytest.mark.parametrize("number", [10, 10_000])
def test_it_costs_at_most_fourteen_queries_whatever_the_number_of_rows(
    partner: Partner, partner_admin: User, number: int, fresh_statistics: Callable[[], None]
) -> None:
    crowd(partner, number)
    fresh_statistics()
    assert len(queries_of(partner_admin, PATH)) <= PAGE_QUERIES - 2  # session and user aside


def tiles(page: str) -> dict[str, str]:
    """Return the counts by their names."""
    found = re.findall(r'tile__number">([^<]*)</span><span class="tile__name">([^<]*)', page)
    return {name: number for number, name in found}


def test_tiles_count_what_waits_what_is_due_and_what_is_overdue(partner: Partner, partner_admin: User) -> None:
    now = timezone.now()
    for days in (-1, 2, 6, 9):
        request_of(partner, due_at=now + timedelta(days=days))
    request_of(partner, initiator=Side.PARTNER)
    counts = {"Waiting for you": "4", "Due within 7 days": "2", "Overdue": "1", "Waiting for the customer": "1"}
    assert tiles(get(partner_admin, PATH)) == counts


def test_tiles_of_an_empty_page_are_zero(partner_admin: User) -> None:
    assert set(tiles(get(partner_admin, PATH)).values()) == {"0"}


def test_a_waiting_request_says_whether_it_was_opened(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association)
    assert "Not opened yet" in get(partner_admin, PATH)
    get(partner_admin, f"/partner/process/{request.reference}/")
    assert "Not opened yet" not in get(partner_admin, PATH)


def test_a_decided_request_quotes_the_reason(association: Association, partner_admin: User) -> None:
    reject(actor=partner_admin, request=RequestFactory(association=association), reason="The order is not paid.")
    past = section(get(partner_admin, PATH), "past")
    assert "You rejected the request" in past
    assert "The order is not paid." in past


def test_lists_are_paginated_independently(partner: Partner, partner_admin: User) -> None:
    crowd(partner, 180)
    page = get(partner_admin, PATH)
    waiting, others = section(page, "waiting"), section(page, "others")
    assert waiting.count("data-request") == 50
    assert '<span class="tile__number">50+</span><span class="tile__name">Waiting for you</span>' in page
    address = waiting.partition('rel="next" href="')[2].partition('"')[0]
    further = get(partner_admin, PATH + address)
    assert section(further, "waiting").count("data-request") == 10
    assert section(further, "others").count("data-request") == others.count("data-request")


def test_a_cursor_of_another_partner_is_not_found(partner: Partner, partner_admin: User) -> None:
    crowd(partner, 180)
    address = section(get(partner_admin, PATH), "waiting").partition('rel="next" href="')[2].partition('"')[0]
    stranger = UserFactory(tenant=PartnerFactory().tenant)
    get(stranger, PATH + address, status=404)
    get(partner_admin, PATH + "?waiting=forged", status=404)
