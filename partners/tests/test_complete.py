"""Completion: retried until it succeeds, with one notice per new blocker."""

from datetime import timedelta

import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Event, FactFeed, Notification, Operation, OperationLogEntry, Result, User
from accounts.tests.factories import ArrearsFactory, FactFeedFactory, OrderFactory
from partners.clock import complete_due, tick
from partners.models import Association, DisassociationRequest, Status
from partners.operations.complete import complete
from partners.operations.outcomes import Blocked, Done, Lost
from partners.tests.factories import AssociationFactory, RequestFactory


def approved(association: Association, **fields: object) -> DisassociationRequest:
    now = timezone.now()
    row = {"status": Status.APPROVED, "decided_at": now, "decided_by": "partner", "complete_at": now, **fields}
    request: DisassociationRequest = RequestFactory(association=association, **row)
    return request


def test_the_clock_completes_what_a_crash_left_approved(association: Association) -> None:
    request = approved(association)
    assert complete_due(timezone.now()) == 1
    request.refresh_from_db()
    assert request.status == Status.COMPLETED


def test_broken_request_does_not_block_the_others(association: Association) -> None:
    hour = timedelta(hours=1)
    broken = approved(AssociationFactory(started_at=timezone.now() + hour), complete_at=timezone.now() - hour)
    request = approved(association)
    assert complete_due(timezone.now()) == 1  # the database refuses an association that ends before it starts
    for row, status in ((broken, Status.APPROVED), (request, Status.COMPLETED)):
        row.refresh_from_db()
        assert row.status == status


def test_a_second_completion_does_nothing(association: Association) -> None:
    request = approved(association)
    assert isinstance(complete(request=request), Done)
    assert isinstance(complete(request=request), Lost)
    assert OperationLogEntry.objects.filter(operation=Operation.COMPLETED).count() == 1


def test_a_blocked_completion_stays_approved_and_is_tried_again_in_an_hour(
    association: Association, customer_admin: User
) -> None:
    order = OrderFactory(tenant=association.customer)
    request = approved(association)
    now = timezone.now()
    assert isinstance(complete(request=request, now=now), Blocked)
    request.refresh_from_db()
    assert (request.status, request.blocked_by) == (Status.APPROVED, ["unpaid-orders"])
    assert complete_due(now + timedelta(minutes=59)) == 0
    order.status = "paid"
    order.save()
    assert complete_due(now + timedelta(hours=1)) == 1


def test_both_sides_are_notified_once_per_new_blocker(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    OrderFactory(tenant=association.customer)
    request = approved(association, requested_by=customer_admin)
    for _ in range(3):
        complete(request=request)
    assert Notification.objects.filter(event=Event.BLOCKED).count() == 4
    assert OperationLogEntry.objects.get(operation=Operation.BLOCKED).result == Result.FAILED
    ArrearsFactory(tenant=association.customer)
    complete(request=request)
    assert Notification.objects.filter(event=Event.BLOCKED).count() == 8
    assert OperationLogEntry.objects.filter(operation=Operation.BLOCKED).count() == 2


def test_stale_facts_block_a_completion(association: Association) -> None:
    FactFeedFactory(tenant=association.customer, kind="orders", keeper=FactFeed.Keeper.EXTERNAL)
    assert isinstance(complete(request=approved(association)), Blocked)


def test_it_waits_for_its_effective_date(association: Association) -> None:
    request = approved(association, effective_at=timezone.now() + timedelta(days=1))
    assert isinstance(complete(request=request), Lost)
    assert isinstance(complete(request=request, now=timezone.now() + timedelta(days=1)), Done)


def test_a_pending_request_is_never_completed(association: Association) -> None:
    request = RequestFactory(association=association)
    assert isinstance(complete(request=request), Lost)
    assert tick(timezone.now() + timedelta(days=90)).completed == 0


def test_a_tick_by_hand_acts_for_the_moment_that_it_is_given(association: Association) -> None:
    request = approved(association, complete_at=timezone.now() + timedelta(hours=1))
    call_command("tick")
    request.refresh_from_db()
    assert request.status == Status.APPROVED
    call_command("tick", at=(timezone.now() + timedelta(hours=1)).isoformat())
    request.refresh_from_db()
    assert request.status == Status.COMPLETED


def test_the_association_ends_when_the_request_does(association: Association) -> None:
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        complete(request=approved(association))
        association.refresh_from_db()
        assert association.ended_at == timezone.now()
