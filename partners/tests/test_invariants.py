"""The database constraints, each with an attempt to violate it, and every pair of statuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Side
from partners.models import (
    OPEN,
    TRANSITIONS,
    Association,
    DisassociationRequest,
    Grant,
    IllegalTransition,
    Policy,
    Status,
)
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory

ALL = list(Status)


def refused(write: Callable[[], Any], constraint: str) -> None:
    """Assert that the database refuses the write, and names the constraint if it names one."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    message = str(caught.value)
    assert constraint in message or "UNIQUE constraint failed" in message


@pytest.mark.parametrize("before", ALL)
@pytest.mark.parametrize("after", ALL)
def test_a_status_moves_only_as_the_table_of_transitions_says(
    association: Association, before: Status, after: Status
) -> None:
    closed_at = None if before in (Status.PENDING, Status.APPROVED) else timezone.now()
    request = RequestFactory(association=association, status=before, closed_at=closed_at, decision_reason="Because")
    if after not in TRANSITIONS[before]:
        with pytest.raises(IllegalTransition):
            request.move(after, closed_at=timezone.now())
        return
    still_open = after == Status.APPROVED
    assert request.move(after, closed_at=None if still_open else timezone.now()) is True
    assert DisassociationRequest.objects.get().status == after


def test_move_from_an_outdated_status_does_nothing(association: Association) -> None:
    request = RequestFactory(association=association)
    stale = DisassociationRequest.objects.get(pk=request.pk)
    assert request.move(Status.WITHDRAWN, closed_at=timezone.now()) is True
    assert stale.move(Status.APPROVED) is False
    assert DisassociationRequest.objects.get().status == Status.WITHDRAWN


@pytest.mark.parametrize("side", [Side.CUSTOMER, Side.PARTNER])
@pytest.mark.parametrize("initiator", [Side.CUSTOMER, Side.PARTNER])
@pytest.mark.parametrize("status", ALL)
def test_a_request_waits_for_the_side_that_did_not_start_it_while_it_is_pending(
    association: Association, status: Status, initiator: Side, side: Side
) -> None:
    closed_at = None if status in OPEN else timezone.now()
    request = RequestFactory(
        association=association, status=status, initiator=initiator, closed_at=closed_at, decision_reason="Because"
    )
    waits = status == Status.PENDING and side != initiator
    assert request.waits_for(side) is waits
    assert DisassociationRequest.objects.waiting_for(side).exists() is waits
    assert DisassociationRequest.objects.open_for_others(side).exists() is (status in OPEN and not waits)


def test_one_request_is_open_per_association(association: Association) -> None:
    RequestFactory(association=association, status=Status.APPROVED)
    refused(lambda: RequestFactory(association=association), "request_is_one_open")


def test_one_association_is_active_per_customer(association: Association) -> None:
    refused(lambda: AssociationFactory(customer=association.customer), "association_is_one_active_per_customer")


def test_a_former_association_leaves_room_for_the_next(association: Association) -> None:
    Association.objects.update(ended_at=timezone.now(), ended_by="customer")
    assert AssociationFactory(customer=association.customer).is_active


def test_an_association_does_not_end_before_it_starts(association: Association) -> None:
    early = association.started_at - timedelta(days=1)
    refused(lambda: Association.objects.update(ended_at=early, ended_by="vendor"), "association_ends_after_it_starts")


def test_an_end_has_a_side(association: Association) -> None:
    refused(lambda: Association.objects.update(ended_at=timezone.now()), "association_end_has_a_side")


def test_a_model_is_known(association: Association) -> None:
    refused(lambda: Association.objects.update(model="friend"), "association_model_is_known")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "completed"}, "request_closed_has_a_time"),
        ({"status": "lost"}, "request_"),
        ({"initiator": "vendor"}, "request_initiator_known"),
        ({"initiator": "partner", "reason": ""}, "request_of_a_partner_has_a_reason"),
    ],
)
def test_malformed_http_request_is_refused(association: Association, change: dict[str, Any], constraint: str) -> None:
    RequestFactory(association=association)
    refused(lambda: DisassociationRequest.objects.update(**change), constraint)


def test_a_rejection_without_a_reason_is_refused(association: Association) -> None:
    RequestFactory(association=association)
    refused(
        lambda: DisassociationRequest.objects.update(status="rejected", closed_at=timezone.now()),
        "request_rejected_has_a_reason",
    )


def test_a_grant_without_a_reason_is_refused(association: Association, staff: Any) -> None:
    refused(
        lambda: Grant.objects.create(
            customer=association.customer,
            granted_by=staff,
            reason="",
            created_at=timezone.now(),
            expires_at=timezone.now(),
        ),
        "grant_has_a_reason",
    )


@pytest.mark.parametrize("days", [0, 61])
def test_a_deadline_is_between_1_and_60_days(db: None, days: int) -> None:
    refused(lambda: Policy.objects.create(version=2, deadline_days=days), "policy_deadline_is_1_to_60_days")


def test_no_hard_stop_comes_before_the_deadline(db: None) -> None:
    refused(
        lambda: Policy.objects.create(version=2, deadline_days=40, hard_stop_days=15),
        "policy_stops_after_its_deadline",
    )


def test_a_partner_is_one_to_one_with_its_tenant(db: None) -> None:
    partner = PartnerFactory()
    refused(lambda: PartnerFactory(tenant=partner.tenant), "partner")


def test_the_tables_start_with_the_default_policy_and_statement(db: None) -> None:
    policy = Policy.current()
    assert (policy.version, policy.request_limit, policy.request_window_months) == (1, 1, 3)
    assert (policy.deadline_days, policy.timeout_action) == (10, "escalate")
