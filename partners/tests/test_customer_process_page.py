"""The customer's Process page: the partner's requests, open ones first, closed ones paginated."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OperationLogEntry, Side, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import UserFactory
from partners.models import Association, DisassociationRequest, Policy, Statement
from partners.tests.browsing import browser_of, requests_in, text_of
from partners.tests.factories import AssociationFactory, RequestFactory

URL = "/my-partner/process/"


@pytest.fixture
def opened(association: Association) -> DisassociationRequest:
    return RequestFactory(association=association, initiator=Side.PARTNER)


def test_it_lists_the_open_request_with_a_link_to_decide_it(
    opened: DisassociationRequest, customer_admin: User
) -> None:
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == [(opened.reference, "pending")]
    assert f'href="/requests/{opened.reference}/"' in response.content.decode()
    assert "10 days left" in text_of(response)
    assert "asks to end the association" in text_of(response)


def test_it_lists_closed_requests_with_their_result(association: Association, customer_admin: User) -> None:
    at = timezone.now()
    request = RequestFactory(
        association=association,
        initiator=Side.PARTNER,
        status="rejected",
        closed_at=at,
        decided_at=at,
        decided_by=Side.CUSTOMER,
        decision_reason="Not now.",
    )
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == [(request.reference, "rejected")]
    assert "You rejected the request" in text_of(response)
    assert "Not now." in text_of(response)


def test_requests_of_the_customer_are_not_listed(association: Association, customer_admin: User) -> None:
    RequestFactory(association=association)
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == []
    assert "No requests from your partner" in text_of(response)


def test_the_requests_to_another_customer_are_not_here(opened: DisassociationRequest) -> None:
    other = AssociationFactory(partner=opened.partner)
    assert requests_in(browser_of(UserFactory(tenant=other.customer)).get(URL)) == []


def test_it_is_available_without_a_partner(db: None) -> None:
    assert browser_of(UserFactory()).get(URL).status_code == 200


def test_anonymous_users_are_redirected_to_the_login(client: Client, db: None) -> None:
    assert client.get(URL)["Location"].startswith(reverse("accounts:login"))


def test_opening_the_list_does_not_mark_requests_as_seen(opened: DisassociationRequest, customer_admin: User) -> None:
    browser_of(customer_admin).get(URL)
    opened.refresh_from_db()
    assert opened.seen_at is None
    assert not OperationLogEntry.objects.exists()


def test_closed_requests_are_paginated(association: Association, customer_admin: User) -> None:
    _past(association, customer_admin, 60)
    browser = browser_of(customer_admin)
    first = browser.get(URL)
    assert len(requests_in(first)) == 50
    older = next(part for part in first.content.decode().split('"') if part.startswith("?cursor="))
    second = browser.get(URL + older.replace("&amp;", "&"))
    assert len(requests_in(second)) == 10
    assert not set(requests_in(first)) & set(requests_in(second))


def test_a_forged_cursor_is_404(customer_admin: User) -> None:
    assert browser_of(customer_admin).get(URL, {"cursor": "forged"}).status_code == 404


@pytest.mark.parametrize("rows", [10, 10_000])
def test_it_costs_at_most_fourteen_queries_whatever_the_history(
    opened: DisassociationRequest, customer_admin: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    _past(opened.association, customer_admin, rows)
    browser = browser_of(customer_admin)
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert browser.get(URL).status_code == 200


def _past(association: Association, actor: User, number: int) -> None:
    policy, statement = Policy.current(), Statement.current()
    start = timezone.now() - timedelta(days=3000)
    DisassociationRequest.objects.bulk_create(
        DisassociationRequest(
            association=association,
            customer=association.customer,
            partner=association.partner,
            initiator=Side.PARTNER,
            requested_by=actor,
            reason="Because.",
            status="withdrawn",
            policy=policy,
            statement=statement,
            submitted_at=start + timedelta(minutes=index),
            due_at=start,
            closed_at=start + timedelta(minutes=index),
        )
        for index in range(number)
    )
