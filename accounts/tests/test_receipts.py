"""Delivery receipts of the notices about a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Channel, Event, Notification, Tenant
from accounts.notifications.receipts import Receipt, receipts
from accounts.tests.factories import CustomerFactory, UserFactory
from accounts.tests.notices import REFERENCE, partner_administrator, queue_notices

State = Notification.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    tenant: Tenant = CustomerFactory.create(name="Northfield Traders")
    queue_notices(*UserFactory.create_batch(3, tenant=tenant), partner_administrator(), channels=[Channel.EMAIL])
    return tenant


def settle(tenant: Tenant, count: int, state: str) -> None:
    rows = Notification.objects.filter(recipient_tenant=tenant, state=State.QUEUED).values_list("pk", flat=True)[:count]
    sent_at = timezone.now() if state == State.SENT else None
    Notification.objects.filter(pk__in=list(rows)).update(state=state, sent_at=sent_at)


def only(tenant: Tenant) -> Receipt:
    (receipt,) = receipts(REFERENCE, tenant)
    return receipt


def test_notice_to_all_administrators_on_one_channel_is_one_receipt(tenant: Tenant) -> None:
    receipt = only(tenant)
    assert (receipt.event, receipt.way) == ("Request approved", "E-mail")
    assert (receipt.organisation, receipt.administrators) == ("Northfield Traders", 3)


def test_a_side_does_not_see_what_the_other_side_got(tenant: Tenant) -> None:
    assert [receipt.administrators for receipt in receipts(REFERENCE, tenant)] == [3]


def test_a_third_tenant_sees_nothing(tenant: Tenant) -> None:
    assert receipts(REFERENCE, CustomerFactory.create()) == []


def test_an_unknown_reference_has_no_receipts(tenant: Tenant) -> None:
    assert receipts("D-00000000", tenant) == []


def test_queued_notice_is_shown_as_waiting(tenant: Tenant) -> None:
    assert (only(tenant).state, only(tenant).tone) == ("Waiting", "queued")


def test_notice_sent_to_all_is_shown_as_delivered(tenant: Tenant) -> None:
    settle(tenant, 3, State.SENT)
    assert (only(tenant).state, only(tenant).tone, only(tenant).next_attempt_at) == ("Delivered", "sent", None)


def test_notice_sent_to_some_shows_how_many(tenant: Tenant) -> None:
    settle(tenant, 2, State.SENT)
    assert (only(tenant).state, only(tenant).tone) == ("2 of 3 delivered", "unknown")


def test_partly_queued_notice_shows_its_next_attempt(tenant: Tenant) -> None:
    settle(tenant, 2, State.SENT)
    later = timezone.now() + timedelta(minutes=2)
    Notification.objects.filter(state=State.QUEUED).update(next_attempt_at=later)
    assert only(tenant).next_attempt_at == later


def test_notice_that_failed_for_all_is_shown_as_failed(tenant: Tenant) -> None:
    settle(tenant, 3, State.FAILED)
    assert (only(tenant).state, only(tenant).tone) == ("Failed", "failed")


def test_partly_failed_notice_shows_how_many_in_the_failed_tone(tenant: Tenant) -> None:
    settle(tenant, 2, State.SENT)
    settle(tenant, 1, State.FAILED)
    assert (only(tenant).state, only(tenant).tone) == ("2 of 3 delivered", "failed")


def test_every_event_and_channel_has_a_receipt_oldest_first(tenant: Tenant) -> None:
    user = UserFactory.create(tenant=tenant)
    queue_notices(user, event=Event.COMPLETED, channels=[Channel.PORTAL])
    assert [(receipt.event, receipt.way) for receipt in receipts(REFERENCE, tenant)] == [
        ("Request approved", "E-mail"),
        ("Association ended", "Portal"),
    ]


def test_the_receipts_are_one_query(tenant: Tenant, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        receipts(REFERENCE, tenant)
