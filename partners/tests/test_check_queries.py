"""Read queries of pages and checks, and their constant number."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Order, Side, User
from accounts.tests.factories import CommerceContractFactory, OrderFactory, ReservedInstanceFactory, SupportPlanFactory
from partners.models import Association, Policy, Statement, Status
from partners.operations.grant import grant
from partners.queries.associations import current_association
from partners.queries.checks import check_account, decision_checks, device_of, standing
from partners.queries.requests import with_both_sides
from partners.queries.rules import rules_in_force
from partners.tests.factories import RequestFactory
from partners.tests.way import submit


@pytest.mark.parametrize("rows", [10, 2000])
def test_the_account_check_costs_nine_queries_whatever_the_rows(
    association: Association, customer_admin: User, django_assert_num_queries: Any, rows: int
) -> None:
    Order.objects.bulk_create(OrderFactory.build(tenant=association.customer) for _ in range(rows))
    for _ in range(5):
        RequestFactory(association=association, status=Status.REJECTED, decision_reason="No", closed_at=timezone.now())
    found = current_association(association.customer)
    assert found is not None
    device = device_of(customer_admin)
    with django_assert_num_queries(9):  # policy, statement, requests, grant, five kinds of fact
        checks = check_account(found, device=device, side=Side.CUSTOMER, now=timezone.now())
    assert [answer.code for answer in checks.blockers] == ["request-limit", "unpaid-orders"]


def test_it_reads_terms_in_force_only(association: Association, customer_admin: User) -> None:
    now, tenant = timezone.now(), association.customer
    ReservedInstanceFactory(tenant=tenant, ends_at=now - timedelta(seconds=1))
    ReservedInstanceFactory(tenant=tenant, starts_at=now + timedelta(days=1))
    ReservedInstanceFactory(tenant=tenant, ended_at=now - timedelta(days=1))
    SupportPlanFactory(tenant=tenant, provider="vendor")
    CommerceContractFactory(tenant=tenant)
    checks = check_account(association, device=device_of(customer_admin), side=Side.CUSTOMER, now=now)
    assert [answer.code for answer in checks.blockers] == ["commerce-contract"]


def test_it_reads_nothing_of_another_tenant(association: Association, customer_admin: User) -> None:
    other = RequestFactory()
    OrderFactory(tenant=other.customer)
    checks = check_account(association, device=device_of(customer_admin), side=Side.CUSTOMER, now=timezone.now())
    assert checks.blockers == ()
    assert checks.open_request is None


def test_the_standing_counts_the_unpaid_orders_of_the_customer(association: Association) -> None:
    OrderFactory(tenant=association.customer)
    OrderFactory(tenant=association.customer, status="paid")
    OrderFactory(tenant=RequestFactory().customer)
    assert standing(association, timezone.now()).unpaid_orders == 1


def test_the_newest_policy_and_statement_are_in_force(association: Association) -> None:
    Policy.objects.create(version=2, deadline_days=20)
    newest = Statement.objects.create(version=2, changes="C", stays="S", referral_changes="C", referral_stays="S")
    Statement.objects.create(version=7, changes="C", stays="S", referral_changes="C", referral_stays="S")
    Statement.objects.filter(version=7).delete()
    rules = rules_in_force()
    assert (rules.policy.version, rules.statement) == (2, newest)


def test_grant_is_only_queried_if_the_limit_is_reached(
    association: Association, customer_admin: User, django_assert_num_queries: Any
) -> None:
    now, found, device = timezone.now(), current_association(association.customer), device_of(customer_admin)
    assert found is not None
    with django_assert_num_queries(8):
        check_account(found, device=device, side=Side.CUSTOMER, now=now)
    RequestFactory(association=association, status=Status.WITHDRAWN, closed_at=now)
    with django_assert_num_queries(9):
        check_account(found, device=device, side=Side.CUSTOMER, now=now)


def test_other_braces_in_a_text_of_staff_stay_as_they_are() -> None:
    statement = Statement(changes="{vendor} takes {over} at 100 %, {")
    assert statement.what_changes("reseller", vendor="Lumenbridge") == ["Lumenbridge takes {over} at 100 %, {"]


def test_a_grant_lets_only_the_customer_start(association: Association, partner_admin: User, staff: User) -> None:
    RequestFactory(association=association, status=Status.REJECTED, decision_reason="No", closed_at=timezone.now())
    grant(actor=staff, customer=association.customer, reason="For the customer")
    checks = check_account(association, device=device_of(partner_admin), side=Side.PARTNER, now=timezone.now())
    assert [answer.code for answer in checks.blockers] == ["request-limit"]


def test_referral_statement_mentions_no_change_of_billing(association: Association) -> None:
    statement = Statement.current()
    names = {"vendor": "Lumenbridge", "partner": "Harbourline"}
    assert "Lumenbridge becomes your business entity" in statement.what_changes("reseller", **names)[0]
    assert "business entity" not in " ".join(statement.what_changes("referral", **names))


def test_standing_has_the_open_request_and_the_next_date(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    found = standing(association, timezone.now())
    assert found.open_request == request
    assert found.next_request_at is not None
    assert found.next_request_at > timezone.now() + timedelta(days=80)


def test_the_checks_of_many_requests_cost_one_query_a_kind_of_fact(django_assert_num_queries: Any, db: None) -> None:
    rows = [RequestFactory() for _ in range(10)]
    OrderFactory(tenant=rows[3].customer)
    joined = list(with_both_sides(type(rows[0]).objects.order_by("pk")))
    with django_assert_num_queries(5):  # members only where a customer is a master
        checks = decision_checks(joined, timezone.now())
    assert [pk for pk, answers in checks.items() if not all(a.passed for a in answers)] == [rows[3].pk]


def test_decision_uses_the_policy_of_the_request(association: Association) -> None:
    request = RequestFactory(association=association)
    Policy.objects.create(version=2, reseller_checks=["mobile-number"])
    [joined] = with_both_sides(type(request).objects.all())
    assert len(decision_checks([joined], timezone.now())[request.pk]) == 7
