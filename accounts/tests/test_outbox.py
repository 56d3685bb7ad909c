"""The outbox: rows in the caller's transaction, without duplicates."""

from __future__ import annotations

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts import codes
from accounts.models import Channel, Event, Notification
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.notifications.outbox import send_code
from accounts.tests.factories import SmsDeviceFactory, StaffFactory, UserFactory
from accounts.tests.notices import new_challenge, queue_notices, reached

State = Notification.State
pytestmark = pytest.mark.django_db


def test_it_queues_a_row_for_each_recipient_and_channel() -> None:
    one, other = SmsDeviceFactory.create().user, SmsDeviceFactory.create().user
    queue_notices(one, other)
    rows = sorted(Notification.objects.values_list("recipient", "channel"))
    assert rows == reached(one, other)
    assert {channel for _user, channel in rows} >= {Channel.EMAIL, Channel.SMS, Channel.PORTAL}


def test_a_row_knows_the_tenant_of_its_recipient() -> None:
    user = UserFactory.create()
    queue_notices(user)
    assert set(Notification.objects.values_list("recipient_tenant", flat=True)) == {user.tenant_id}


def test_a_row_for_vendor_staff_has_no_tenant() -> None:
    queue_notices(StaffFactory.create(), channels=[Channel.EMAIL])
    assert Notification.objects.get().recipient_tenant is None


def test_the_key_names_event_subject_recipient_channel_and_number() -> None:
    user = UserFactory.create()
    queue_notices(user, channels=[Channel.EMAIL], ordinal=3)
    assert Notification.objects.get().idempotency_key == f"approved:D-7KQ4M2XV:{user.pk}:email:3"


def test_a_recipient_without_a_number_gets_no_text_message() -> None:
    queue_notices(UserFactory.create())
    assert not Notification.objects.filter(channel=Channel.SMS).exists()


def test_a_recipient_whose_number_is_not_confirmed_gets_no_text_message() -> None:
    device = SmsDeviceFactory.create(confirmed=False, confirmed_at=None, number="", pending_number="+14155550100")
    queue_notices(device.user)
    assert not Notification.objects.filter(channel=Channel.SMS).exists()


def test_address_in_the_invalid_domain_gets_no_email() -> None:
    queue_notices(UserFactory.create(email="import-7@login.invalid"), channels=[Channel.EMAIL])
    assert not Notification.objects.exists()


def test_a_portal_row_is_delivered_as_it_is_written() -> None:
    queue_notices(UserFactory.create(), channels=[Channel.PORTAL])
    row = Notification.objects.get()
    assert (row.state, row.sent_at) == (State.SENT, row.created_at)


def test_an_email_row_is_queued_and_due() -> None:
    queue_notices(UserFactory.create(), channels=[Channel.EMAIL])
    row = Notification.objects.get()
    assert (row.state, row.sent_at, row.next_attempt_at) == (State.QUEUED, None, row.created_at)


def test_duplicate_notice_is_skipped() -> None:
    user = UserFactory.create()
    queue_notices(user)
    queue_notices(user, decision_reason="Another text")
    assert [row.context["decision_reason"] for row in Notification.objects.all()] == ["An invoice is open"] * 2


def test_skipped_duplicate_does_not_break_the_transaction() -> None:
    user = UserFactory.create()
    with transaction.atomic():
        queue_notices(user)
        queue_notices(user, UserFactory.create())
        assert Notification.objects.filter(channel=Channel.EMAIL).count() == 2


def test_another_ordinal_of_the_same_event_is_queued() -> None:
    user = UserFactory.create()
    queue_notices(user, channels=[Channel.EMAIL], event=Event.BLOCKED, ordinal=1)
    queue_notices(user, channels=[Channel.EMAIL], event=Event.BLOCKED, ordinal=2)
    assert Notification.objects.count() == 2


def test_the_rows_disappear_with_the_callers_transaction() -> None:
    user = UserFactory.create()
    with transaction.atomic():
        queue_notices(user)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


def test_the_numbers_of_all_recipients_are_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    users = [SmsDeviceFactory.create().user for _ in range(5)]
    with django_assert_num_queries(2):
        queue_notices(*users)


def test_without_recipients_nothing_is_queued_or_woken(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue_notices(channels=OTHER_CHANNELS)
    assert (Notification.objects.count(), callbacks) == (0, [])


def test_the_senders_are_woken_once_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue_notices(SmsDeviceFactory.create().user)
    assert len(callbacks) == 1


def test_portal_notices_wake_no_sender(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue_notices(UserFactory.create(), channels=[Channel.PORTAL])
    assert callbacks == []


def test_a_code_goes_out_as_one_text_message_to_its_owner() -> None:
    challenge = new_challenge()
    send_code(challenge, {"action": "disassociate", "partner_name": "Harbourline Systems"})
    row = Notification.objects.get()
    assert (row.event, row.channel, row.recipient, row.challenge) == ("code", "sms", challenge.user, challenge)


def test_the_row_of_a_code_does_not_hold_the_code() -> None:
    challenge = new_challenge()
    send_code(challenge, {"action": "disassociate", "partner_name": "Harbourline Systems"})
    columns = Notification.objects.values_list().get()
    assert codes.code_for(challenge) not in " ".join(map(str, columns)).replace(str(challenge.pk), "")


def test_the_code_of_one_challenge_is_queued_once() -> None:
    challenge = new_challenge()
    send_code(challenge, {"partner_name": "Harbourline Systems"})
    send_code(challenge, {"partner_name": "Harbourline Systems"})
    assert Notification.objects.count() == 1
