"""Refused posts and the log, beside what the matrix asks of every role: tokens, transactions, limits, reasons."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Notification, OperationLogEntry, User
from accounts.tests.admin_pages import clerk
from accounts.tests.factories import MemberFactory, UserFactory
from partners.models import Association, DisassociationRequest
from partners.operations.withdraw import withdraw
from partners.tests.factories import RequestFactory
from partners.tests.pages import browser_of, post

OF_CUSTOMERS = (
    "/my-partner/disassociate/",
    "/my-partner/disassociate/verify/",
    "/my-partner/disassociate/verify/new-code/",
    "/my-partner/operation-log/",
    "/account/currency/",
)


@pytest.fixture
def request_(association: Association, customer_admin: User) -> DisassociationRequest:
    return RequestFactory(association=association, requested_by=customer_admin)


@pytest.fixture
def member(association: Association) -> User:
    return MemberFactory(tenant=association.customer)


def the_entry() -> OperationLogEntry:
    entry = OperationLogEntry.objects.get()
    assert (entry.result, entry.remark_word) == ("refused", "not-allowed")
    return entry


def act(request: DisassociationRequest, verb: str) -> str:
    return f"/requests/{request.reference}/{verb}/"


def test_a_form_without_its_token_leaves_nothing(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post("/my-partner/disassociate/").status_code == 403
    assert not OperationLogEntry.objects.exists()


def test_refused_admin_form_leaves_a_log_entry(db: None) -> None:
    actor = clerk("accounts.view_order")
    post(actor, "/admin/accounts/order/add/", 403, number="ORD-1")
    assert the_entry().actor == actor


def test_the_hour_holds_twenty_whatever_was_refused(member: User, request_: DisassociationRequest) -> None:
    minute = timedelta(minutes=1)
    for minutes in range(5):
        with time_machine.travel(timezone.now() + minutes * minute):
            for path in OF_CUSTOMERS:
                post(member, path, 403)
    assert OperationLogEntry.objects.filter(actor=member).count() == 20
    post(UserFactory(tenant=member.tenant), act(request_, "approve"), 403)
    assert OperationLogEntry.objects.count() == 21
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=5)):
        post(member, "/my-partner/disassociate/", 403)
    assert OperationLogEntry.objects.filter(actor=member).count() == 21


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_rejection_without_a_reason_is_no_operation_and_leaves_nothing(
    request_: DisassociationRequest, partner_admin: User, reason: str
) -> None:
    post(partner_admin, act(request_, "reject"), 422, reason=reason)
    assert not OperationLogEntry.objects.exists()
    assert not Notification.objects.exists()
    request_.refresh_from_db()
    assert request_.status == "pending"


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_rejection_without_a_reason_of_a_decided_request_shows_what_happened_and_leaves_nothing(
    request_: DisassociationRequest, partner_admin: User, customer_admin: User, reason: str
) -> None:
    withdraw(actor=customer_admin, request=request_)
    page = post(partner_admin, act(request_, "reject"), 422, reason=reason)
    assert "withdrew the request" in page
    assert "<title>Error: Too late" in page
    assert not OperationLogEntry.objects.filter(actor=partner_admin).exists()


def test_the_own_log_says_in_words_what_the_role_does_not_allow(member: User) -> None:
    browser = browser_of(member)
    browser.post("/account/currency/", {"currency": "USD"})
    assert "The role of the operator does not allow it" in browser.get("/my-partner/operation-log/").content.decode()


@pytest.mark.parametrize(
    ("verb", "rule"),
    [
        ("approve", "Only administrators of the side that was asked can decide the request."),
        ("reject", "Only administrators of the side that was asked can decide the request."),
        ("withdraw", "Only administrators of the side that sent the request can withdraw it."),
    ],
)
def test_a_member_reads_who_may_do_it(request_: DisassociationRequest, member: User, verb: str, rule: str) -> None:
    assert rule in post(member, act(request_, verb), 403)


def test_a_member_reads_who_can_disassociate(member: User) -> None:
    assert "Only administrators can disassociate. Ask one of yours." in post(member, "/my-partner/disassociate/", 403)
