"""The operations withdraw (by the initiating side) and cancel (by staff)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import Event, Notification, Operation, OperationLogEntry, User
from accounts.tests.factories import MemberFactory, UserFactory
from partners.models import Association, Status
from partners.operations.cancel import cancel
from partners.operations.outcomes import Done, Lost
from partners.operations.reject import reject
from partners.operations.withdraw import withdraw
from partners.tests.factories import RequestFactory, administrator_with_number
from partners.tests.way import submit


def test_the_customer_withdraws_its_pending_request(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    answer = withdraw(actor=customer_admin, request=request)
    assert isinstance(answer, Done)
    assert answer.request.status == Status.WITHDRAWN
    assert OperationLogEntry.objects.get(operation=Operation.WITHDRAWN).status_after == "withdrawn"
    assert Notification.objects.filter(event=Event.WITHDRAWN, recipient=customer_admin).count() == 3


def test_another_administrator_of_the_side_may_withdraw(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    assert isinstance(withdraw(actor=administrator_with_number(association), request=request), Done)


def test_the_counterparty_may_not_withdraw(association: Association, customer_admin: User, partner_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(actor=partner_admin, request=submit(customer_admin, association))


def test_a_member_may_not_withdraw(association: Association, customer_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(actor=MemberFactory(tenant=association.customer), request=submit(customer_admin, association))


def test_administrator_of_another_tenant_cannot_withdraw(association: Association, customer_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(actor=UserFactory(), request=submit(customer_admin, association))


def test_a_decided_request_cannot_be_withdrawn(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    reject(actor=partner_admin, request=request, reason="No")
    answer = withdraw(actor=customer_admin, request=request)
    assert isinstance(answer, Lost)
    assert answer.request.status == Status.REJECTED


@pytest.mark.parametrize(("days", "outcome"), [(1, Done), (-1, Lost), (None, Lost)])
def test_an_approved_request_is_withdrawn_only_before_its_effective_date(
    association: Association, customer_admin: User, days: int | None, outcome: type
) -> None:
    now = timezone.now()
    request = RequestFactory(
        association=association,
        requested_by=customer_admin,
        status=Status.APPROVED,
        decided_at=now,
        decided_by="partner",
        effective_at=now + timedelta(days=days) if days is not None else None,
    )
    assert isinstance(withdraw(actor=customer_admin, request=request), outcome)


def test_staff_cancel_with_a_reason_that_the_log_keeps(
    association: Association, customer_admin: User, staff: User
) -> None:
    answer = cancel(actor=staff, request=submit(customer_admin, association), reason="Account closed")
    assert isinstance(answer, Done)
    assert answer.request.status == Status.CANCELLED
    assert "Account closed" in str(remark_of(OperationLogEntry.objects.get(operation=Operation.CANCELLED)))


def test_a_cancellation_needs_a_reason(association: Association, customer_admin: User, staff: User) -> None:
    with pytest.raises(PermissionDenied, match="reason"):
        cancel(actor=staff, request=submit(customer_admin, association), reason=" ")


def test_only_staff_cancel(association: Association, customer_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        cancel(actor=customer_admin, request=submit(customer_admin, association), reason="Mine")


def test_a_closed_request_cannot_be_cancelled(association: Association, customer_admin: User, staff: User) -> None:
    request = submit(customer_admin, association)
    withdraw(actor=customer_admin, request=request)
    assert isinstance(cancel(actor=staff, request=request, reason="Too late"), Lost)
