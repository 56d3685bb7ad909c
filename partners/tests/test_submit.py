"""Submitting a disassociation: code and checks, in one transaction."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Challenge, Channel, Event, Notification, Operation, OperationLogEntry, Result, User
from accounts.tests.factories import OrderFactory, UserFactory
from accounts.tests.notices import reached
from accounts.verification import AlreadyUsed, Expired, NoChallenge, Wrong
from partners.models import Association, DisassociationRequest, Grant, Policy, Status
from partners.operations.grant import grant
from partners.operations.outcomes import Blocked, Lost, Submitted
from partners.operations.reject import reject
from partners.operations.start import start_disassociation
from partners.operations.submit import submit_disassociation
from partners.operations.withdraw import withdraw
from partners.tests.factories import RequestFactory, administrator_with_number
from partners.tests.way import start, submit

IP = "192.0.2.1"


def enter(actor: User, association: Association, code: str) -> object:
    return submit_disassociation(actor=actor, association=association, code=code)


def wrong_code(challenge: Challenge) -> str:
    return f"{(int(code_for(challenge)) + 1) % 10**6:06d}"


def test_the_right_code_submits_a_pending_request(association: Association, customer_admin: User) -> None:
    request = submit(customer_admin, association, "Moving in-house")
    assert request.status == Status.PENDING
    assert request.reason == "Moving in-house"
    assert request.due_at - request.submitted_at == timedelta(days=10)
    assert request.verified_number.startswith("+1 ••••")
    assert len(request.answers["answers"]) == 10


def test_a_submitted_request_has_one_entry_and_one_notice_per_administrator_and_channel(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    entry = OperationLogEntry.objects.get(operation=Operation.REQUESTED)
    assert (entry.reference, entry.status_after, entry.result) == (request.reference, "pending", Result.DONE)
    told = Notification.objects.filter(event=Event.REQUESTED).values_list("recipient", "channel")
    expected = {(u.pk, c) for u in (customer_admin, partner_admin) for c in (Channel.EMAIL, Channel.PORTAL)}
    assert set(told) == expected
    assert len(told) == len(expected)


def test_a_wrong_code_submits_nothing_and_leaves_a_refused_entry(
    association: Association, customer_admin: User
) -> None:
    challenge = start(customer_admin, association)
    assert enter(customer_admin, association, wrong_code(challenge)) == Wrong(tries_left=4)
    assert not DisassociationRequest.objects.exists()
    assert OperationLogEntry.objects.get(operation=Operation.CODE_REFUSED).result == Result.REFUSED


def test_a_code_without_a_challenge_submits_nothing(association: Association, customer_admin: User) -> None:
    assert isinstance(enter(customer_admin, association, "123456"), NoChallenge)
    assert not DisassociationRequest.objects.exists()


def test_an_expired_code_submits_nothing(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert isinstance(enter(customer_admin, association, code_for(challenge)), Expired)
    assert not DisassociationRequest.objects.exists()


def test_second_ok_refers_to_the_created_request(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    first = enter(customer_admin, association, code_for(challenge))
    assert isinstance(first, Submitted)
    assert enter(customer_admin, association, code_for(challenge)) == AlreadyUsed(first.request.reference)
    assert DisassociationRequest.objects.count() == 1


def test_a_check_that_fails_after_the_code_was_sent_spends_it(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    OrderFactory(tenant=association.customer)
    answer = enter(customer_admin, association, code_for(challenge))
    assert isinstance(answer, Blocked)
    assert answer.after_code
    challenge.refresh_from_db()
    assert challenge.end == Challenge.End.SPENT
    assert not DisassociationRequest.objects.exists()
    entry = OperationLogEntry.objects.get(operation=Operation.BLOCKED)
    assert entry.result == Result.REFUSED


def test_a_spent_code_leaves_the_limit_untouched(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    order = OrderFactory(tenant=association.customer)
    enter(customer_admin, association, code_for(challenge))
    order.status = "paid"
    order.save()
    assert submit(customer_admin, association).status == Status.PENDING


def test_policy_change_after_the_code_was_sent_spends_the_code(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    Policy.objects.create(version=2)
    answer = enter(customer_admin, association, code_for(challenge))
    assert isinstance(answer, Blocked)
    assert answer.after_code
    entry = OperationLogEntry.objects.get(operation=Operation.BLOCKED)
    assert (entry.result, entry.remark_word) == (Result.REFUSED, "subject-changed")


def test_a_request_of_the_other_side_in_between_is_a_lost_race(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    challenge = start(customer_admin, association)
    first = RequestFactory(association=association, initiator="partner", requested_by=partner_admin)
    assert enter(customer_admin, association, code_for(challenge)) == Lost(first)
    assert DisassociationRequest.objects.count() == 1


def test_a_code_for_one_association_does_not_submit_for_another(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    challenge = start(customer_admin, association)
    association.ended_at, association.ended_by = timezone.now(), "vendor"
    association.save()
    later = Association.objects.create(
        customer=association.customer, partner=association.partner, model="reseller", started_at=timezone.now()
    )
    answer = enter(customer_admin, later, code_for(challenge))
    assert isinstance(answer, Blocked)
    assert answer.after_code
    assert not DisassociationRequest.objects.exists()
    entry = OperationLogEntry.objects.get(operation=Operation.BLOCKED)
    own = f"tenant:{association.customer_id}"
    assert (entry.chain, entry.result, entry.remark_word) == (own, Result.REFUSED, "subject-changed")


def test_the_code_of_another_administrator_does_not_submit(association: Association, customer_admin: User) -> None:
    challenge = start(customer_admin, association)
    colleague = administrator_with_number(association)
    assert isinstance(enter(colleague, association, code_for(challenge)), NoChallenge)


def test_administrator_of_another_tenant_cannot_submit(association: Association) -> None:
    with pytest.raises(PermissionDenied):
        enter(UserFactory(), association, "123456")


def test_a_referral_is_approved_by_the_system_and_completed(referral: Association) -> None:
    admin = administrator_with_number(referral)
    request = submit(admin, referral)
    request.refresh_from_db()
    referral.refresh_from_db()
    assert request.status == Status.COMPLETED
    assert request.decided_by == "system"
    assert referral.ended_by == "customer"
    done = OperationLogEntry.objects.filter(reference=request.reference).order_by("seq")
    assert [entry.operation for entry in done] == ["requested", "approved", "completed"]
    assert done[1].remark_word == "no-consent-needed"


def test_the_result_of_a_referral_is_its_completion_alone(referral: Association) -> None:
    admin = administrator_with_number(referral)
    submit(admin, referral)
    sent = Notification.objects.filter(recipient=admin).exclude(event=Event.CODE)
    assert set(sent.values_list("event", flat=True)) == {Event.REQUESTED, Event.COMPLETED}
    assert sorted(sent.filter(event=Event.COMPLETED).values_list("recipient", "channel")) == reached(admin)


def test_the_customer_may_start_again_when_the_months_are_over(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    with time_machine.travel("2026-05-30T10:00:00Z", tick=False):
        reject(actor=partner_admin, request=submit(customer_admin, association), reason="Not yet")
    with time_machine.travel("2026-08-30T09:59:59Z", tick=False):
        assert isinstance(_start(customer_admin, association), Blocked)
    with time_machine.travel("2026-08-30T10:00:00Z", tick=False):
        assert submit(customer_admin, association).status == Status.PENDING


def test_a_withdrawn_request_counts_unless_the_policy_says_otherwise(
    association: Association, customer_admin: User
) -> None:
    withdraw(actor=customer_admin, request=submit(customer_admin, association))
    assert isinstance(_start(customer_admin, association), Blocked)
    Policy.objects.create(version=2, counts_withdrawn=False)
    assert submit(customer_admin, association).status == Status.PENDING


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED])
def test_expired_and_cancelled_requests_do_not_count(
    association: Association, customer_admin: User, status: Status
) -> None:
    RequestFactory(association=association, status=status, closed_at=timezone.now())
    assert submit(customer_admin, association).status == Status.PENDING


def test_the_limit_counts_over_all_partners_of_the_customer(association: Association, customer_admin: User) -> None:
    before = Association.objects.create(
        customer=association.customer,
        partner=RequestFactory().partner,
        model="reseller",
        started_at=timezone.now() - timedelta(days=900),
        ended_at=timezone.now() - timedelta(days=500),
        ended_by="customer",
    )
    RequestFactory(association=before, status=Status.COMPLETED, closed_at=timezone.now())
    assert isinstance(_start(customer_admin, association), Blocked)


def test_the_partners_request_does_not_count_against_the_customer(
    association: Association, customer_admin: User
) -> None:
    RequestFactory(association=association, initiator="partner", status=Status.WITHDRAWN, closed_at=timezone.now())
    assert submit(customer_admin, association).status == Status.PENDING


def test_a_grant_is_used_up_by_the_request_that_needed_it(
    association: Association, customer_admin: User, staff: User
) -> None:
    withdraw(actor=customer_admin, request=submit(customer_admin, association))
    granted = grant(actor=staff, customer=association.customer, reason="Typed by mistake")
    request = submit(customer_admin, association)
    granted.refresh_from_db()
    assert granted.used_by == request
    withdraw(actor=customer_admin, request=request)
    assert isinstance(_start(customer_admin, association), Blocked)


def test_a_request_within_the_limit_leaves_the_grant(
    association: Association, customer_admin: User, staff: User
) -> None:
    grant(actor=staff, customer=association.customer, reason="In advance")
    submit(customer_admin, association)
    assert Grant.objects.get().used_by is None


def test_a_grant_ends_after_90_days(association: Association, customer_admin: User, staff: User) -> None:
    Policy.objects.create(version=2, request_window_months=12)
    withdraw(actor=customer_admin, request=submit(customer_admin, association))
    grant(actor=staff, customer=association.customer, reason="In advance")
    with time_machine.travel(timezone.now() + timedelta(days=90, seconds=1)):
        assert isinstance(_start(customer_admin, association), Blocked)


def _start(actor: User, association: Association) -> object:
    return start_disassociation(actor=actor, association=association, reason="", ip=IP)
