"""Tests of books.py: it finds each fault that a kill could cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.log import triggers
from accounts.models import Notification, User
from accounts.notifications.deliver import deliver_due
from accounts.sms import memory
from partners.models import Association, DisassociationRequest
from partners.operations.approve import approve
from partners.operations.outcomes import Done
from partners.tests import way
from portal.tests.kills import world
from portal.tests.kills.books import LEASE, balance
from portal.tests.kills.driver import Taken
from portal.tests.kills.receiver import Delivery

pytestmark = pytest.mark.django_db
Books: TypeAlias = tuple[list[Taken], list[Delivery]]


@pytest.fixture
def books(settings: Settings) -> Books:
    """An approved and a pending request, with all notices delivered."""
    settings.SMS_BACKEND = "accounts.sms.memory.MemoryBackend"
    memory.outbox.clear()
    approved, pending = world.build(customers=2)
    references = [submit(customer) for customer in (approved, pending)]
    decider = User.objects.get(pk=approved.partner[0].pk)
    assert isinstance(approve(actor=decider, request=request_of(references[0])), Done)
    deliver_due()
    taken = [Taken(approved, references[0], "approved"), Taken(pending, references[1], "pending")]
    return taken, [*sms_deliveries(), *mail_deliveries()]


def submit(customer: world.Customer) -> str:
    actor = User.objects.get(pk=customer.administrator.pk)
    return way.submit(actor, Association.objects.get(pk=customer.association)).reference


def request_of(reference: str) -> DisassociationRequest:
    return DisassociationRequest.objects.get(reference=reference)


def sms_deliveries() -> list[Delivery]:
    return [Delivery("sms", sent.idempotency_key, sent.to, sent.body, 0.0, True) for sent in memory.outbox]


def mail_deliveries() -> list[Delivery]:
    sent = [message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)]
    return [Delivery("email", m.extra_headers["Idempotency-Key"], m.to[0], str(m.body), 0.0, True) for m in sent]


def faults(taken: list[Taken], deliveries: list[Delivery]) -> str:
    return "\n".join(balance(taken, deliveries).faults)


def without_triggers(statement: str) -> None:
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    triggers.install(connection)


def test_books_that_are_right_have_no_fault(books: Books) -> None:
    found = balance(*books)
    assert found.faults == ()
    assert (found.requests, found.deliveries, found.duplicates) == (2, len(books[1]), 0)


def test_a_request_that_was_accepted_and_is_not_there_is_found(books: Books) -> None:
    taken, deliveries = books
    assert "request ('D-GONE'" in faults([*taken, replace(taken[1], reference="D-GONE")], deliveries)


def test_a_request_that_nobody_made_is_found(books: Books) -> None:
    taken, deliveries = books
    assert f"request ('{taken[1].reference}'" in faults(taken[:1], deliveries)


def test_request_with_another_end_than_its_users_saw_is_found(books: Books) -> None:
    taken, deliveries = books
    assert "'pending'): expected 0, found 1" in faults([taken[0], replace(taken[1], end="withdrawn")], deliveries)


def test_an_entry_that_is_missing_is_found(books: Books) -> None:
    without_triggers("DELETE FROM accounts_operationlogentry WHERE operation = 'requested'")
    assert "'requested'): expected 1, found 0" in faults(*books)


def test_an_association_that_ended_without_a_completed_request_is_found(books: Books) -> None:
    Association.objects.active().update(ended_at=timezone.now(), ended_by="customer")
    assert "end of association" in faults(*books)


def test_a_notice_that_was_never_written_is_found(books: Books) -> None:
    Notification.objects.filter(event="completed", channel="portal").delete()
    assert "notice ('completed'" in faults(*books)


def test_approval_notice_in_addition_to_the_completion_is_found(books: Books) -> None:
    row = Notification.objects.filter(event="completed", channel="portal")[0]
    row.pk, row.event, row.idempotency_key = None, "approved", "approved:twice"
    row.save(force_insert=True)
    assert "notice ('approved'" in faults(*books)


def test_a_notice_that_still_waits_is_found(books: Books) -> None:
    Notification.objects.filter(channel="email").update(state="queued", sent_at=None)
    assert "is queued after 1 tries" in faults(*books)


def test_a_notice_that_is_sent_and_never_arrived_is_found(books: Books) -> None:
    taken, deliveries = books
    assert f"notice {deliveries[0].key} is sent and never arrived" in faults(taken, deliveries[1:])


def test_a_delivery_that_no_notice_asked_for_is_found(books: Books) -> None:
    taken, deliveries = books
    assert "belongs to no notice" in faults(taken, [*deliveries, replace(deliveries[0], key="approved:unknown")])


def test_a_delivery_that_is_repeated_at_once_is_found(books: Books) -> None:
    Notification.objects.update(attempts=2)
    taken, deliveries = books
    assert "within its lease" in faults(taken, [*deliveries, replace(deliveries[0], at=1.0)])


def test_a_repeated_delivery_that_no_try_explains_is_found(books: Books) -> None:
    taken, deliveries = books
    assert "arrived 2 times in 1 tries" in faults(taken, [*deliveries, replace(deliveries[0], at=LEASE)])


def test_a_repeat_that_went_to_somebody_else_is_found(books: Books) -> None:
    Notification.objects.update(attempts=2)
    taken, deliveries = books
    assert "different people" in faults(taken, [*deliveries, replace(deliveries[0], to="+14155559999", at=LEASE)])


def test_retry_after_the_lease_of_a_dead_sender_is_no_fault(books: Books) -> None:
    Notification.objects.update(attempts=2)
    taken, deliveries = books
    found = balance(taken, [*deliveries, replace(deliveries[0], at=LEASE)])
    assert (found.faults, found.duplicates) == ((), 1)
