"""Requests in the admin: the deadline filter, and the verbs of staff, with a reason and never by a form."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Operation, OperationLogEntry, User
from accounts.tests.admin_pages import act, clerk, client_of, messages_in, newest_entry, page
from accounts.tests.factories import OrderFactory, StaffFactory, UserFactory
from partners.models import Association, DisassociationRequest
from partners.operations.withdraw import withdraw
from partners.tests.factories import AssociationFactory, RequestFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/partners/disassociationrequest/"
REASON = {"reason": "Asked by telephone"}


@pytest.fixture
def client() -> Client:
    return client_of(StaffFactory())


@pytest.fixture
def request_(association: Association, customer_admin: User) -> DisassociationRequest:
    return RequestFactory(association=association, requested_by=customer_admin)


def overdue(**values: Any) -> DisassociationRequest:
    return RequestFactory(submitted_at=timezone.now() - timedelta(days=11), **values)


def status_of(request: DisassociationRequest) -> str:
    return DisassociationRequest.objects.get(pk=request.pk).status


def test_staff_approve_on_behalf_and_the_association_ends(client: Client, request_: DisassociationRequest) -> None:
    response = client.post(act(request_, "approve"), REASON, follow=True)
    assert f"{request_.reference} now has the status “Completed”." in messages_in(response)
    entry = OperationLogEntry.objects.get(operation=Operation.APPROVED)
    assert (entry.side, entry.remark_data["reason"]) == ("vendor", "Asked by telephone")


def test_staff_reject_on_behalf_and_the_association_goes_on(client: Client, request_: DisassociationRequest) -> None:
    client.post(act(request_, "reject"), REASON)
    assert status_of(request_) == "rejected"
    assert Association.objects.active().exists()


def test_staff_cancel_a_request(client: Client, request_: DisassociationRequest) -> None:
    client.post(act(request_, "cancel"), REASON)
    assert status_of(request_) == "cancelled"
    assert newest_entry().remark_data["reason"] == "Asked by telephone"


@pytest.mark.parametrize("word", ["approve", "reject", "cancel"])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_proper_reason_nothing_happens(
    client: Client, request_: DisassociationRequest, word: str, reason: str
) -> None:
    assert client.post(act(request_, word), {"reason": reason}).status_code == 422
    assert status_of(request_) == "pending"
    assert not OperationLogEntry.objects.exists()


@pytest.mark.parametrize("word", ["approve", "reject", "cancel"])
def test_opening_the_reason_page_changes_nothing(client: Client, request_: DisassociationRequest, word: str) -> None:
    assert request_.reference in client.get(act(request_, word)).content.decode()
    assert status_of(request_) == "pending"
    assert not OperationLogEntry.objects.exists()


def test_blocked_approval_names_the_checks(client: Client, request_: DisassociationRequest) -> None:
    OrderFactory(tenant=request_.customer)
    response = client.post(act(request_, "approve"), REASON, follow=True)
    assert "is still pending" in messages_in(response)
    assert "rder" in messages_in(response)
    assert status_of(request_) == "pending"


@pytest.mark.parametrize("word", ["approve", "reject", "cancel"])
def test_a_request_that_was_withdrawn_says_so(
    client: Client, request_: DisassociationRequest, customer_admin: User, word: str
) -> None:
    withdraw(actor=customer_admin, request=request_)
    response = client.post(act(request_, word), REASON, follow=True)
    assert "Withdrawn, by Customer" in messages_in(response)
    assert "(UTC" in messages_in(response)
    assert status_of(request_) == "withdrawn"


def test_a_closed_request_offers_nothing_to_decide(
    client: Client, request_: DisassociationRequest, customer_admin: User
) -> None:
    withdraw(actor=customer_admin, request=request_)
    text = client.get(page(DisassociationRequest, "change", request_.pk)).content.decode()
    assert "on behalf" not in text
    assert "Cancel request" not in text


def test_an_approved_request_can_only_be_cancelled(client: Client) -> None:
    request = RequestFactory(status="approved", complete_at=timezone.now() + timedelta(hours=1))
    text = client.get(page(DisassociationRequest, "change", request.pk)).content.decode()
    assert "on behalf" not in text
    assert "Cancel request" in text
    client.post(act(request, "cancel"), REASON)
    assert status_of(request) == "cancelled"


def test_several_requests_are_rejected_from_the_list_with_a_message_each(client: Client) -> None:
    requests = [RequestFactory(), RequestFactory()]
    sent = {"action": "reject", "_selected_action": [request.pk for request in requests], "index": "0"}
    response = client.post(client.post(LIST, sent)["Location"], REASON, follow=True)
    assert all(f"{request.reference} now has the status “Rejected”." in messages_in(response) for request in requests)


@pytest.mark.parametrize("word", ["approve", "reject", "cancel"])
@pytest.mark.parametrize("permission", ["partners.view_disassociationrequest", "partners.change_partner"])
def test_staff_without_the_permission_decide_nothing(
    request_: DisassociationRequest, word: str, permission: str
) -> None:
    response = client_of(clerk(permission)).post(act(request_, word), REASON)
    assert response.status_code == 403
    assert status_of(request_) == "pending"


def test_staff_with_view_permission_see_no_actions() -> None:
    RequestFactory()
    text = client_of(clerk("partners.view_disassociationrequest")).get(LIST).content.decode()
    assert "on behalf" not in text


def test_staff_with_the_permission_decide(request_: DisassociationRequest) -> None:
    client_of(clerk("partners.change_disassociationrequest")).post(act(request_, "reject"), REASON)
    assert status_of(request_) == "rejected"


def test_users_of_a_tenant_decide_nothing_here(request_: DisassociationRequest, partner_admin: User) -> None:
    for user in (partner_admin, UserFactory()):
        response = client_of(user).post(act(request_, "approve"), REASON, follow=True)
        assert response.status_code == 403
    assert status_of(request_) == "pending"


def test_the_status_cannot_be_forged_by_a_form(client: Client, request_: DisassociationRequest) -> None:
    response = client.post(page(DisassociationRequest, "change", request_.pk), {"status": "completed", "_save": "1"})
    assert response.status_code == 403
    assert status_of(request_) == "pending"


def test_filter_finds_overdue_requests(client: Client) -> None:
    late = overdue()
    RequestFactory()
    overdue(status="rejected", decision_reason="No", closed_at=timezone.now())
    assert list(client.get(LIST, {"deadline": "past"}).context["cl"].result_list) == [late]


@pytest.mark.parametrize(
    "query", [{"status__exact": "pending"}, {"association__model__exact": "reseller"}, {"initiator__exact": "customer"}]
)
def test_the_other_filters_work_together_with_it(client: Client, query: dict[str, str]) -> None:
    late = overdue()
    assert list(client.get(LIST, {"deadline": "past", **query}).context["cl"].result_list) == [late]


def test_index_page_counts_overdue_requests(client: Client) -> None:
    overdue()
    text = client.get("/admin/").content.decode()
    assert "1 request is past its deadline" in text
    assert f"{LIST}?deadline=past" in text


def test_a_request_is_found_by_its_reference_or_a_side(client: Client) -> None:
    request = RequestFactory(association=AssociationFactory(customer__key="north:1"))
    RequestFactory()
    for text in (request.reference, request.reference[:6], "north:1", request.partner.tenant.key):
        assert list(client.get(LIST, {"q": text}).context["cl"].result_list) == [request]


@pytest.mark.parametrize("ids", ["", "x", "0", "99999999999999999999999"])
def test_unknown_rows_are_404(client: Client, ids: str) -> None:
    assert client.get(page(DisassociationRequest, "act", "approve"), {"ids": ids}).status_code == 404
