"""The decision page, and the approve and reject views of both sides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Operation, OperationLogEntry, Side, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import (
    CommerceContractFactory,
    OrderFactory,
    ReservedInstanceFactory,
    UserFactory,
)
from partners.models import Association, DisassociationRequest, Status
from partners.operations.approve import approve
from partners.operations.withdraw import withdraw
from partners.tests.factories import RequestFactory
from partners.tests.pages import browser_of, get, post, queries_of
from partners.tests.way import submit

pytestmark = pytest.mark.django_db
LATER = ["unpaid-orders", "independent-members", "arrears", "reserved-instances", "partner-support-plan", "currency"]
LATER += ["commerce-contract"]


@pytest.fixture
def request_(association: Association, customer_admin: User) -> DisassociationRequest:
    """The customer's request, which the partner decides."""
    return submit(customer_admin, association)


@pytest.fixture
def theirs(association: Association, partner_admin: User) -> DisassociationRequest:
    """The partner's request, which the customer decides."""
    return RequestFactory(association=association, initiator=Side.PARTNER, requested_by=partner_admin)


def page_of(request: DisassociationRequest) -> str:
    return f"/partner/process/{request.reference}/"


def act(request: DisassociationRequest, verb: str) -> str:
    return f"/requests/{request.reference}/{verb}/"


def form_of(page: str, button: str) -> str:
    """Return the form that contains the button."""
    (form,) = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f"{button}</button>" in form]
    return str(form)


def test_the_page_shows_the_request_and_the_seven_fact_checks(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    page = get(partner_admin, page_of(request_))
    assert f'data-request="{request_.reference}" data-status="pending"' in page
    assert re.findall(r'data-check="([\w-]+)"', page) == LATER
    assert "All 7 checks pass" in page


def test_both_forms_are_on_both_pages_of_the_request(request_: DisassociationRequest, partner_admin: User) -> None:
    for path in (page_of(request_), f"/requests/{request_.reference}/"):
        page = get(partner_admin, path)
        assert act(request_, "approve") in form_of(page, "Approve request")
        assert 'name="reason"' in form_of(page, "Reject request")


def test_check_again_is_a_link(request_: DisassociationRequest, partner_admin: User) -> None:
    page = get(partner_admin, page_of(request_))
    assert re.search(rf'<a [^>]*href="{page_of(request_)}"[^>]*>Check again</a>', page)


def test_the_page_promises_no_action_at_the_deadline(request_: DisassociationRequest, partner_admin: User) -> None:
    page = get(partner_admin, page_of(request_))
    assert "10 days left" in page
    assert "remind" not in page.lower()
    assert "sees the request as overdue" in page


def test_past_the_deadline_the_page_says_that_it_can_still_be_decided(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    DisassociationRequest.objects.update(due_at=timezone.now() - timedelta(hours=1))
    page = get(partner_admin, page_of(request_))
    assert "Overdue" in page
    assert "It can still be decided" in page
    assert form_of(page, "Approve request")


def test_the_contact_is_masked(request_: DisassociationRequest, partner_admin: User) -> None:
    page = get(partner_admin, page_of(request_))
    assert request_.customer.contact_email not in page
    assert request_.customer.contact_phone not in page
    assert "•••" in page


def test_the_partner_reads_its_own_amounts_but_not_the_customers_holdings(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    order = OrderFactory(tenant=request_.customer)
    contract = CommerceContractFactory(tenant=request_.customer)
    reserved = ReservedInstanceFactory(tenant=request_.customer)
    page = get(partner_admin, page_of(request_))
    assert order.number in page
    assert "EUR 1,240.00" in page
    assert contract.number in page
    assert reserved.number not in page
    assert "/account/#" not in page


def test_request_is_marked_as_seen_once(request_: DisassociationRequest, partner_admin: User) -> None:
    get(partner_admin, page_of(request_))
    get(partner_admin, page_of(request_))
    request_.refresh_from_db()
    assert request_.seen_at is not None
    assert OperationLogEntry.objects.filter(operation=Operation.SEEN).count() == 1


def test_approving_ends_the_association_and_redirects_to_the_request(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    client = browser_of(partner_admin)
    response = client.post(act(request_, "approve"), {"understand": "on"})
    assert (response.status_code, response["Location"]) == (303, f"/requests/{request_.reference}/")
    request_.refresh_from_db()
    assert request_.status == Status.COMPLETED
    assert 'data-status="completed"' in client.get(response["Location"]).content.decode()


def test_the_customer_approves_a_request_of_its_partner(theirs: DisassociationRequest, customer_admin: User) -> None:
    page = get(customer_admin, f"/requests/{theirs.reference}/")
    assert form_of(page, "Approve request")
    post(customer_admin, act(theirs, "approve"), 303, understand="on")
    theirs.refresh_from_db()
    assert (theirs.status, theirs.decided_by) == (Status.COMPLETED, Side.CUSTOMER)


def test_an_approval_that_the_checks_refuse_is_409_and_changes_nothing(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    OrderFactory(tenant=request_.customer)
    page = post(partner_admin, act(request_, "approve"), 409, understand="on")
    assert 'data-check="unpaid-orders" data-answer="fail"' in page
    assert "<title>Error:" in page
    assert f'data-request="{request_.reference}" data-status="pending"' in page
    request_.refresh_from_db()
    assert request_.status == Status.PENDING


def test_a_customer_whose_checks_fail_reads_the_same_page_with_its_links(
    theirs: DisassociationRequest, customer_admin: User
) -> None:
    ReservedInstanceFactory(tenant=theirs.customer, number="RI-mine")
    page = post(customer_admin, act(theirs, "approve"), 409, understand="on")
    assert "RI-mine" in page
    assert "/account/#reserved-instances" in page


@pytest.mark.parametrize("side", [Side.PARTNER, Side.CUSTOMER])
def test_approving_needs_the_tick(
    side: Side, association: Association, partner_admin: User, customer_admin: User
) -> None:
    request = RequestFactory(association=association, initiator=side.opposite)
    page = post(partner_admin if side == Side.PARTNER else customer_admin, act(request, "approve"), 422)
    assert page.count("Tick the box to confirm that you have read what ends") == 2
    assert "<title>Error:" in page
    request.refresh_from_db()
    assert request.status == Status.PENDING
    assert not OperationLogEntry.objects.filter(operation=Operation.APPROVED).exists()


def test_approving_without_the_tick_after_a_withdrawal_says_what_happened(
    request_: DisassociationRequest, partner_admin: User, customer_admin: User
) -> None:
    withdraw(actor=customer_admin, request=request_)
    assert "withdrew the request" in post(partner_admin, act(request_, "approve"), 422)
    assert not OperationLogEntry.objects.filter(operation=Operation.APPROVED).exists()


def test_rejecting_needs_a_reason(request_: DisassociationRequest, partner_admin: User) -> None:
    for reason in ("", "   "):
        page = post(partner_admin, act(request_, "reject"), 422, reason=reason)
        assert "Enter a reason" in page
        assert page.count("Enter a reason") == 2
    request_.refresh_from_db()
    assert request_.status == Status.PENDING


def test_a_reason_of_more_than_500_characters_is_refused_and_kept(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    assert "x" * 501 in post(partner_admin, act(request_, "reject"), 422, reason="x" * 501)


def test_rejecting_redirects_to_the_request_where_the_customer_reads_the_reason(
    request_: DisassociationRequest, partner_admin: User, customer_admin: User
) -> None:
    post(partner_admin, act(request_, "reject"), 303, reason="Two <b>invoices</b> are open.")
    page = get(customer_admin, f"/requests/{request_.reference}/")
    assert 'data-status="rejected"' in page
    assert "Two &lt;b&gt;invoices&lt;/b&gt; are open." in page


def test_second_decision_shows_what_happened_by_which_side_and_when(
    request_: DisassociationRequest, partner_admin: User, customer_admin: User
) -> None:
    withdraw(actor=customer_admin, request=request_)
    for verb, fields in (("approve", {"understand": "on"}), ("reject", {"reason": "Late."})):
        page = post(partner_admin, act(request_, verb), 409, **fields)
        assert f"{request_.customer.name} withdrew the request" in page
        assert "<time" in page
    request_.refresh_from_db()
    assert request_.status == Status.WITHDRAWN


def test_second_approval_is_too_late(request_: DisassociationRequest, partner_admin: User) -> None:
    post(partner_admin, act(request_, "approve"), 303, understand="on")
    post(partner_admin, act(request_, "approve"), 409, understand="on")
    assert OperationLogEntry.objects.filter(operation=Operation.APPROVED, result="done").count() == 1


def test_a_decided_request_is_shown_without_its_forms(request_: DisassociationRequest, partner_admin: User) -> None:
    approve(actor=partner_admin, request=request_)
    page = get(partner_admin, page_of(request_))
    assert 'data-status="completed"' in page
    assert "Approve request" not in page
    assert "No longer shown: the association has ended" in page


def test_side_cannot_decide_its_own_request(
    request_: DisassociationRequest, theirs_of_another: DisassociationRequest, customer_admin: User
) -> None:
    post(customer_admin, act(request_, "approve"), 403)
    post(customer_admin, act(request_, "reject"), 403)
    own = UserFactory(tenant=theirs_of_another.partner.tenant)
    post(own, act(theirs_of_another, "approve"), 403)
    assert "Approve request" not in get(own, page_of(theirs_of_another))


@pytest.fixture
def theirs_of_another(db: None) -> DisassociationRequest:
    return RequestFactory(initiator=Side.PARTNER)


def test_get_on_a_form_url_redirects_to_the_request(request_: DisassociationRequest, partner_admin: User) -> None:
    response = browser_of(partner_admin).get(act(request_, "approve"))
    assert (response.status_code, response["Location"]) == (303, f"/requests/{request_.reference}/")


def test_a_form_without_its_token_is_refused(request_: DisassociationRequest, partner_admin: User) -> None:
    client = browser_of(partner_admin)
    client.handler.enforce_csrf_checks = True
    assert client.post(act(request_, "approve"), {"understand": "on"}).status_code == 403
    page = client.get(page_of(request_)).content.decode()
    token = form_of(page, "Approve request").partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post(act(request_, "approve"), {"csrfmiddlewaretoken": token, "understand": "on"}).status_code == 303


def test_the_page_costs_at_most_fourteen_queries(request_: DisassociationRequest, partner_admin: User) -> None:
    assert len(queries_of(partner_admin, page_of(request_))) <= PAGE_QUERIES - 2  # session and user aside
