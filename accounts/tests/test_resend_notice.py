"""Sending a failed notice again, by vendor staff."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from accounts.models import Challenge, Channel, Notification, OperationLogEntry, Result, Side
from accounts.notifications.deliver import deliver_due
from accounts.operations.resend_notice import NotFailed, Resent, resend_notice
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.notices import REFERENCE, partner_administrator, queue_notices, queued, queued_code

State = Notification.State
pytestmark = pytest.mark.django_db


def failed(row: Notification) -> Notification:
    Notification.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=6, last_error="SMTP 451")
    row.refresh_from_db()
    return row


def entry() -> OperationLogEntry:
    return OperationLogEntry.objects.get(operation="notice-resent")


def test_a_failed_notice_goes_back_into_the_queue() -> None:
    row = failed(queued())
    answer = resend_notice(actor=StaffFactory.create(), notification=row, reason="The mail server is back")
    assert isinstance(answer, Resent)
    assert (answer.notification.state, answer.notification.attempts) == (State.QUEUED, 0)


def test_it_stays_the_same_row_with_the_same_key() -> None:
    row = failed(queued())
    resend_notice(actor=StaffFactory.create(), notification=row, reason="The mail server is back")
    deliver_due()
    only = Notification.objects.get()
    assert (only.pk, only.idempotency_key, only.state) == (row.pk, row.idempotency_key, State.SENT)
    assert len(mail.outbox) == 1


def test_its_entry_names_the_staff_the_reference_and_the_reason() -> None:
    staff = StaffFactory.create()
    resend_notice(actor=staff, notification=failed(queued()), reason="The mail server is back")
    found = entry()
    assert (found.side, found.actor, found.reference, found.result) == (Side.VENDOR, staff, REFERENCE, Result.DONE)
    assert found.remark_data["reason"] == "The mail server is back"


def test_entry_is_in_the_log_of_the_recipients_side() -> None:
    row = failed(queued())
    resend_notice(actor=StaffFactory.create(), notification=row, reason="Again")
    assert (entry().chain, entry().customer) == (f"tenant:{row.recipient_tenant_id}", row.recipient_tenant)


def test_a_partners_notice_is_logged_for_the_partner() -> None:
    user = partner_administrator()
    queue_notices(user, channels=[Channel.EMAIL])
    resend_notice(actor=StaffFactory.create(), notification=failed(Notification.objects.get()), reason="Again")
    assert (entry().partner, entry().customer) == (user.tenant, None)


def test_notice_to_vendor_staff_is_logged_in_the_vendors_chain() -> None:
    queue_notices(StaffFactory.create(), channels=[Channel.EMAIL])
    resend_notice(actor=StaffFactory.create(), notification=failed(Notification.objects.get()), reason="Again")
    assert entry().chain == "vendor"


@pytest.mark.parametrize("state", [State.QUEUED, State.DROPPED])
def test_a_notice_that_has_not_failed_is_left_alone(state: str) -> None:
    row = queued()
    Notification.objects.update(state=state)
    answer = resend_notice(actor=StaffFactory.create(), notification=row, reason="Again")
    assert isinstance(answer, NotFailed)
    assert (answer.notification.state, entry().result) == (state, Result.REFUSED)


def test_a_notice_that_was_sent_is_not_sent_again() -> None:
    row = queued()
    deliver_due()
    answer = resend_notice(actor=StaffFactory.create(), notification=row, reason="Again")
    assert (isinstance(answer, NotFailed), deliver_due()) == (True, 0)


def test_second_click_does_nothing() -> None:
    row, staff = failed(queued()), StaffFactory.create()
    resend_notice(actor=staff, notification=row, reason="Again")
    assert isinstance(resend_notice(actor=staff, notification=row, reason="Again"), NotFailed)


def test_a_code_is_never_sent_again() -> None:
    row = failed(queued_code())
    answer = resend_notice(actor=StaffFactory.create(), notification=row, reason="Again")
    assert (isinstance(answer, NotFailed), Challenge.objects.count()) == (True, 1)


def test_administrator_of_a_tenant_cannot_resend() -> None:
    row = failed(queued())
    with pytest.raises(PermissionDenied):
        resend_notice(actor=UserFactory.create(), notification=row, reason="Again")
    row.refresh_from_db()
    assert row.state == State.FAILED


def test_resending_needs_a_reason() -> None:
    row = failed(queued())
    with pytest.raises(PermissionDenied):
        resend_notice(actor=StaffFactory.create(), notification=row, reason="  ")
    assert not OperationLogEntry.objects.exists()
