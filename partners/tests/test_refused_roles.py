"""What a role may not post leaves one refused entry: in the log of the own organisation, and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.log.append import VENDOR_CHAIN
from accounts.models import Notification, Operation, OperationLogEntry, Side, User
from accounts.tests.admin_pages import clerk
from accounts.tests.factories import MemberFactory, UserFactory
from partners.models import Association, DisassociationRequest
from partners.operations.withdraw import withdraw
from partners.tests.factories import PartnerFactory, RequestFactory
from partners.tests.pages import browser_of, post

OF_CUSTOMERS = {
    "/my-partner/disassociate/": Operation.BLOCKED,
    "/my-partner/disassociate/verify/": Operation.REQUESTED,
    "/my-partner/disassociate/verify/new-code/": Operation.CODE_SENT,
    "/my-partner/operation-log/": Operation.LOG_EXPORTED,
    "/account/currency/": Operation.CURRENCY_SET,
}
OF_EVERY_TENANT = {
    "/account/mobile-number/": Operation.NUMBER_CHANGED,
    "/account/mobile-number/code/": Operation.NUMBER_CHANGED,
    "/account/mobile-number/code/resend/": Operation.CODE_SENT,
}
ALL_PAGES = OF_CUSTOMERS | OF_EVERY_TENANT
VERBS = {"approve": Operation.APPROVED, "reject": Operation.REJECTED, "withdraw": Operation.WITHDRAWN}


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


@pytest.mark.parametrize("path", OF_CUSTOMERS)
def test_a_member_leaves_an_entry_in_the_log_of_its_own_organisation(member: User, path: str) -> None:
    post(member, path, 403)
    entry = the_entry()
    assert entry.operation == OF_CUSTOMERS[path]
    assert (entry.chain, entry.side, entry.actor) == (f"tenant:{member.tenant_id}", Side.CUSTOMER, member)
    assert (entry.customer, entry.partner, entry.reference) == (member.tenant, None, "")


@pytest.mark.parametrize("path", OF_CUSTOMERS)
def test_a_partner_on_a_page_of_customers_does_so_on_its_own_side(partner_admin: User, path: str) -> None:
    post(partner_admin, path, 403)
    entry = the_entry()
    assert entry.operation == OF_CUSTOMERS[path]
    assert (entry.chain, entry.side) == (f"tenant:{partner_admin.tenant_id}", Side.PARTNER)
    assert (entry.customer, entry.partner) == (None, partner_admin.tenant)


@pytest.mark.parametrize("path", ALL_PAGES)
def test_staff_on_a_page_of_tenants_stand_in_the_log_of_the_vendor_alone(staff: User, path: str) -> None:
    post(staff, path, 403)
    entry = the_entry()
    assert entry.operation == ALL_PAGES[path]
    assert (entry.chain, entry.side, entry.actor) == (VENDOR_CHAIN, Side.VENDOR, staff)
    assert (entry.customer, entry.partner) == (None, None)


@pytest.mark.parametrize("verb", VERBS)
def test_a_member_of_either_side_leaves_the_reference_that_it_may_read(
    request_: DisassociationRequest, verb: str
) -> None:
    tenant = request_.customer if verb == "withdraw" else request_.partner.tenant
    post(MemberFactory(tenant=tenant), act(request_, verb), 403, reason="No.")
    entry = the_entry()
    assert (entry.operation, entry.reference) == (VERBS[verb], request_.reference)
    assert entry.chain == f"tenant:{tenant.pk}"


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_the_initiator_that_decides_its_own_request_does_not_show_that_to_the_other_side(
    request_: DisassociationRequest, customer_admin: User, verb: str
) -> None:
    post(customer_admin, act(request_, verb), 403)
    entry = the_entry()
    assert (entry.operation, entry.reference) == (VERBS[verb], request_.reference)
    assert not OperationLogEntry.objects.of_tenant(request_.partner.tenant).exists()


def test_the_counterparty_that_withdraws_does_not_show_that_to_the_other_side(
    request_: DisassociationRequest, partner_admin: User
) -> None:
    post(partner_admin, act(request_, "withdraw"), 403)
    assert the_entry().reference == request_.reference
    assert not OperationLogEntry.objects.of_tenant(request_.customer).exists()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("make", [UserFactory, MemberFactory])
def test_a_foreign_request_is_no_request_and_leaves_nothing_in_any_log(
    request_: DisassociationRequest, make: Any, verb: str
) -> None:
    post(make(tenant=PartnerFactory().tenant), act(request_, verb), 404, reason="No.")
    assert not OperationLogEntry.objects.exists()


@pytest.mark.parametrize("path", OF_CUSTOMERS)
def test_looking_leaves_nothing(member: User, path: str) -> None:
    client = browser_of(member)
    client.get(path)
    client.head(path)
    assert not OperationLogEntry.objects.exists()


def test_a_form_without_its_token_leaves_nothing(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post("/my-partner/disassociate/").status_code == 403
    assert not OperationLogEntry.objects.exists()


def test_marking_as_read_is_no_operation_and_leaves_nothing(staff: User) -> None:
    post(staff, "/notifications/read/", 403, until=timezone.now().isoformat())
    assert not OperationLogEntry.objects.exists()


@pytest.mark.parametrize("verb", ["approve", "reject", "cancel"])
def test_staff_without_the_permission_leave_an_entry_in_the_log_of_the_vendor(
    request_: DisassociationRequest, verb: str
) -> None:
    path = f"/admin/partners/disassociationrequest/act/{verb}/?ids={request_.pk}"
    post(clerk("partners.view_disassociationrequest"), path, 403, reason="Asked by telephone")
    entry = the_entry()
    assert (entry.chain, entry.operation) == (VENDOR_CHAIN, Operation.RECORD_CHANGED)


def test_a_user_of_a_tenant_in_the_admin_leaves_an_entry_in_the_own_log(member: User) -> None:
    post(member, "/admin/accounts/tenant/add/", 403, name="Mine")
    assert the_entry().chain == f"tenant:{member.tenant_id}"


def test_a_form_of_the_admin_that_is_refused_in_its_transaction_leaves_its_entry(db: None) -> None:
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


def test_a_member_that_rejects_without_a_reason_is_refused_for_its_role(
    request_: DisassociationRequest, association: Association
) -> None:
    post(MemberFactory(tenant=association.partner.tenant), act(request_, "reject"), 403)
    assert the_entry().operation == Operation.REJECTED


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
