"""Approving and rejecting a request, once, by an administrator of the counterparty."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import Event, Notification, Operation, OperationLogEntry, Result, User
from accounts.tests.factories import MemberFactory, OrderFactory, UserFactory
from accounts.tests.notices import reached
from partners.models import Association, Status
from partners.operations.approve import approve
from partners.operations.complete import complete
from partners.operations.outcomes import Blocked, Done, Lost
from partners.operations.reject import reject
from partners.operations.withdraw import withdraw
from partners.tests.factories import PartnerFactory, RequestFactory
from partners.tests.way import submit


def notices_of(event: Event) -> list[tuple[int, str]]:
    return sorted(Notification.objects.filter(event=event).values_list("recipient", "channel"))


def test_an_approved_request_is_completed_and_ends_the_association(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    answer = approve(actor=partner_admin, request=submit(customer_admin, association))
    assert isinstance(answer, Done)
    assert (answer.request.status, answer.request.decided_by) == (Status.COMPLETED, "partner")
    association.refresh_from_db()
    assert association.ended_by == "customer"
    assert association.ended_at == answer.request.closed_at


def test_every_step_has_its_entry_in_order(association: Association, customer_admin: User, partner_admin: User) -> None:
    request = submit(customer_admin, association)
    approve(actor=partner_admin, request=request)
    steps = OperationLogEntry.objects.filter(reference=request.reference).order_by("seq")
    assert [(e.operation, e.side, e.status_before, e.status_after) for e in steps] == [
        ("requested", "customer", "", "pending"),
        ("approved", "partner", "pending", "approved"),
        ("completed", "system", "approved", "completed"),
    ]


def test_results_go_to_every_administrator_of_both_sides_by_sms_too(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    MemberFactory(tenant=association.customer)
    request = submit(customer_admin, association)
    approve(actor=partner_admin, request=request)
    assert notices_of(Event.COMPLETED) == reached(customer_admin, partner_admin)


def actors_of(event: Event) -> dict[User, str]:
    """How each recipient of the event is related to the user who acted."""
    return {notice.recipient: notice.context["actor"] for notice in Notification.objects.filter(event=event)}


def test_notices_tell_the_actor_and_a_colleague_from_the_other_side(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    customer_colleague = UserFactory.create(tenant=association.customer)
    partner_colleague = UserFactory.create(tenant=association.partner.tenant)
    approve(actor=partner_admin, request=submit(customer_admin, association))
    sender = {customer_admin: "you", customer_colleague: "colleague", partner_admin: "", partner_colleague: ""}
    decider = {customer_admin: "", customer_colleague: "", partner_admin: "you", partner_colleague: "colleague"}
    assert (actors_of(Event.REQUESTED), actors_of(Event.COMPLETED)) == (sender, decider)


def test_notices_of_a_rejection_and_a_withdrawal_tell_who_acted(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    reject(actor=partner_admin, request=submit(customer_admin, association), reason="Unpaid")
    own = RequestFactory.create(association=association, initiator="partner", requested_by=partner_admin)
    withdraw(actor=partner_admin, request=own)
    decider = {customer_admin: "", partner_admin: "you"}
    assert actors_of(Event.REJECTED) == actors_of(Event.WITHDRAWN) == decider


def test_a_decision_of_staff_is_nobodys_of_the_two_sides(
    association: Association, customer_admin: User, partner_admin: User, staff: User
) -> None:
    approve(actor=staff, request=submit(customer_admin, association), reason="They asked us to")
    assert actors_of(Event.COMPLETED) == {customer_admin: "", partner_admin: ""}


def test_completion_by_the_clock_has_no_actor(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = RequestFactory.create(
        association=association, requested_by=customer_admin, status="approved", decided_by="partner"
    )
    assert isinstance(complete(request=request), Done)
    assert actors_of(Event.COMPLETED) == {customer_admin: "", partner_admin: ""}


def test_an_approval_that_ends_the_association_at_once_is_one_result(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    Notification.objects.all().delete()
    approve(actor=partner_admin, request=request)
    assert set(Notification.objects.values_list("event", flat=True)) == {Event.COMPLETED}
    assert OperationLogEntry.objects.filter(operation=Operation.APPROVED, result=Result.DONE).count() == 1


def test_an_approval_for_a_later_date_is_one_result_and_its_end_on_that_date_another(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    later = timezone.now() + timedelta(days=3)
    request = RequestFactory(association=association, effective_at=later, requested_by=customer_admin)
    answer = approve(actor=partner_admin, request=request)
    assert isinstance(answer, Done)
    assert answer.request.status == Status.APPROVED
    assert notices_of(Event.APPROVED) == reached(customer_admin, partner_admin)
    assert notices_of(Event.COMPLETED) == []
    assert Notification.objects.filter(event=Event.APPROVED)[0].context["effective_at"] == later.isoformat()
    assert isinstance(complete(request=request, now=later), Done)
    assert notices_of(Event.APPROVED) == notices_of(Event.COMPLETED) == reached(customer_admin, partner_admin)


def test_users_of_a_deactivated_tenant_are_not_notified(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    association.partner.tenant.is_active = False
    association.partner.tenant.save()
    withdraw(actor=customer_admin, request=request)
    assert {n.recipient for n in Notification.objects.filter(event=Event.WITHDRAWN)} == {customer_admin}


def test_a_result_carries_the_hash_of_its_entry(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    approve(actor=partner_admin, request=submit(customer_admin, association))
    entry = OperationLogEntry.objects.get(operation=Operation.COMPLETED)
    assert Notification.objects.filter(event=Event.COMPLETED)[0].context["log_hash"] == entry.hash


def test_an_approval_whose_checks_fail_leaves_it_pending_and_says_which(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    OrderFactory(tenant=association.customer)
    answer = approve(actor=partner_admin, request=request)
    assert isinstance(answer, Blocked)
    assert [a.code for a in answer.answers if not a.passed] == ["unpaid-orders"]
    request.refresh_from_db()
    assert request.status == Status.PENDING
    assert OperationLogEntry.objects.get(result=Result.REFUSED).operation == Operation.APPROVED


def test_rejection_keeps_the_association_and_notifies_of_the_reason(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    answer = reject(actor=partner_admin, request=request, reason=" Settle the invoice first ")
    assert isinstance(answer, Done)
    assert (answer.request.status, answer.request.decision_reason) == (Status.REJECTED, "Settle the invoice first")
    association.refresh_from_db()
    assert association.is_active
    told = Notification.objects.filter(event=Event.REJECTED)[0]
    assert told.context["decision_reason"] == "Settle the invoice first"


def test_a_rejection_needs_a_reason(association: Association, customer_admin: User, partner_admin: User) -> None:
    with pytest.raises(ValueError, match="reason"):
        reject(actor=partner_admin, request=submit(customer_admin, association), reason="  ")


def test_second_decision_is_lost_and_returns_the_first(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    reject(actor=partner_admin, request=request, reason="No")
    answer = approve(actor=partner_admin, request=request)
    assert isinstance(answer, Lost)
    assert (answer.request.status, answer.request.decided_by) == (Status.REJECTED, "partner")
    assert answer.request.decided_at is not None
    assert OperationLogEntry.objects.filter(result=Result.REFUSED).count() == 1


def test_a_withdrawn_request_cannot_be_approved(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    withdraw(actor=customer_admin, request=request)
    assert isinstance(approve(actor=partner_admin, request=request), Lost)
    association.refresh_from_db()
    assert association.is_active


def test_the_initiating_side_may_not_decide(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    with pytest.raises(PermissionDenied):
        approve(actor=customer_admin, request=request)


def test_a_member_of_the_partner_may_not_decide(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    with pytest.raises(PermissionDenied):
        approve(actor=MemberFactory(tenant=association.partner.tenant), request=request)


def test_another_partner_may_not_decide(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association)
    with pytest.raises(PermissionDenied):
        reject(actor=UserFactory(tenant=PartnerFactory().tenant), request=request, reason="No")


def test_staff_decide_on_behalf_only_with_a_reason(association: Association, customer_admin: User, staff: User) -> None:
    request = submit(customer_admin, association)
    with pytest.raises(PermissionDenied):
        approve(actor=staff, request=request)
    with pytest.raises(PermissionDenied):
        reject(actor=staff, request=request, reason="  ")
    answer = approve(actor=staff, request=request, reason=" The partner closed its business ")
    assert isinstance(answer, Done)
    assert answer.request.decided_by == "vendor"
    assert answer.request.decision_reason == "The partner closed its business"
    entry = OperationLogEntry.objects.get(operation=Operation.APPROVED)
    assert entry.side == "vendor"
    assert "closed its business" in str(remark_of(entry))


def test_the_customer_decides_a_request_of_its_partner(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = RequestFactory(association=association, initiator="partner", requested_by=partner_admin)
    with pytest.raises(PermissionDenied):
        approve(actor=partner_admin, request=request)
    answer = approve(actor=customer_admin, request=request)
    assert isinstance(answer, Done)
    assert answer.request.decided_by == "customer"
    association.refresh_from_db()
    assert association.ended_by == "partner"


def test_a_deadline_that_passed_still_lets_the_counterparty_decide(
    association: Association, partner_admin: User
) -> None:
    request = RequestFactory(association=association, submitted_at=timezone.now() - timedelta(days=11))
    assert isinstance(approve(actor=partner_admin, request=request), Done)
