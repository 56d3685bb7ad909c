"""Starting a disassociation: all checks, then a code, and no request yet."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.log.sentences import remark_of
from accounts.models import Challenge, Notification, Operation, OperationLogEntry, Result, User
from accounts.tests.factories import ArrearsFactory, MemberFactory, OrderFactory, UserFactory
from accounts.verification import Issued
from partners.models import Association, DisassociationRequest
from partners.operations.outcomes import Blocked
from partners.operations.start import start_disassociation
from partners.tests.way import start, submit

IP = "192.0.2.1"


def test_it_sends_a_code_when_every_check_passes(association: Association, customer_admin: User) -> None:
    answer = start_disassociation(actor=customer_admin, association=association, reason="", ip=IP)
    assert isinstance(answer, Issued)
    assert answer.is_new
    assert Notification.objects.get(channel="sms").challenge == answer.challenge
    sent = OperationLogEntry.objects.get(operation=Operation.CODE_SENT)
    assert (sent.chain, sent.partner) == (f"tenant:{association.customer_id}", None)
    assert not DisassociationRequest.objects.exists()


def test_the_same_subject_sends_no_second_message(association: Association, customer_admin: User) -> None:
    first = start(customer_admin, association)
    assert start(customer_admin, association) == first
    assert Notification.objects.filter(channel="sms").count() == 1


def test_another_reason_is_another_subject(association: Association, customer_admin: User) -> None:
    first = start(customer_admin, association)
    assert start(customer_admin, association, "Moving in-house") != first


def test_it_shows_every_blocker_at_once(association: Association, customer_admin: User) -> None:
    OrderFactory(tenant=association.customer)
    ArrearsFactory(tenant=association.customer)
    answer = start_disassociation(actor=customer_admin, association=association, reason="", ip=IP)
    assert isinstance(answer, Blocked)
    assert [a.code for a in answer.answers if not a.passed] == ["unpaid-orders", "arrears"]
    assert len(answer.answers) == 10


def test_a_blocked_start_leaves_one_refused_entry_and_no_code(association: Association, customer_admin: User) -> None:
    OrderFactory(tenant=association.customer)
    start_disassociation(actor=customer_admin, association=association, reason="", ip=IP)
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result) == (Operation.BLOCKED, Result.REFUSED)
    assert (entry.chain, entry.partner) == (f"tenant:{association.customer_id}", None)
    assert "Orders waiting to be paid" in str(remark_of(entry))
    assert not Challenge.objects.exists()


def test_a_request_of_the_same_side_blocks_the_next(association: Association, customer_admin: User) -> None:
    submit(customer_admin, association)
    answer = start_disassociation(actor=customer_admin, association=association, reason="", ip=IP)
    assert isinstance(answer, Blocked)
    assert [a.code for a in answer.answers if not a.passed] == ["open-request", "request-limit"]


def test_a_member_may_not_start(association: Association) -> None:
    member = MemberFactory(tenant=association.customer)
    with pytest.raises(PermissionDenied):
        start_disassociation(actor=member, association=association, reason="", ip=IP)


def test_an_administrator_of_another_tenant_may_not_start(association: Association) -> None:
    with pytest.raises(PermissionDenied):
        start_disassociation(actor=UserFactory(), association=association, reason="", ip=IP)


def test_staff_may_not_start(association: Association, staff: User) -> None:
    with pytest.raises(PermissionDenied):
        start_disassociation(actor=staff, association=association, reason="", ip=IP)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_partner_may_not_start_without_a_reason(association: Association, partner_admin: User, reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        start_disassociation(actor=partner_admin, association=association, reason=reason, ip=IP)
    assert not Challenge.objects.exists()
