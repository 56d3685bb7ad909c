"""The channels: what each sends to its provider, and how errors are classified."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from accounts.models import Channel, Notification
from accounts.notifications.channels import CHANNELS, OTHER_CHANNELS, RESULT_CHANNELS, PortalChannel
from accounts.notifications.deliver import deliver_due
from accounts.notifications.failures import LONGEST, scrub
from accounts.notifications.message import Message
from accounts.notifications.rendering import render
from accounts.sms import SmsBackend
from accounts.sms.memory import outbox
from accounts.tests.factories import UserFactory
from accounts.tests.notices import queue_notices, queued

State = Notification.State
MEMORY = "accounts.sms.memory.MemoryBackend"
pytestmark = pytest.mark.django_db


class RefusingMailBackend(BaseEmailBackend):
    """Raises the errors that the test puts into `errors`."""

    errors: list[Exception] = []

    def send_messages(self, email_messages: Any) -> int:
        raise self.errors[0]


@pytest.fixture
def refuse(settings: Settings) -> Iterator[list[Exception]]:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingMailBackend"
    yield RefusingMailBackend.errors
    RefusingMailBackend.errors.clear()


def sent_mail() -> mail.EmailMultiAlternatives:
    queued()
    deliver_due()
    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


class NumberAsIdBackend(SmsBackend):
    """Returns an ID that contains the phone number."""

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        return f"44-{to[3:]}-000017"


def test_every_channel_has_a_backend() -> None:
    assert set(CHANNELS) == set(Channel)


def test_text_messages_carry_results_and_codes_alone() -> None:
    assert Channel.SMS in RESULT_CHANNELS
    assert set(RESULT_CHANNELS) - set(OTHER_CHANNELS) == {Channel.SMS}


def test_an_email_goes_to_the_recipient_alone() -> None:
    message = sent_mail()
    assert (message.to, message.cc, message.bcc) == ([Notification.objects.get().recipient.email], [], [])


def test_email_has_a_text_and_an_html_part() -> None:
    message = sent_mail()
    assert message.body.startswith("Harbourline Systems approved request")
    assert [kind for _content, kind in message.alternatives] == ["text/html"]


def test_message_id_of_an_email_is_equal_for_every_retry(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    row = queued()
    deliver_due()
    Notification.objects.update(state=State.QUEUED, sent_at=None)
    deliver_due()
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [f"<{row.pk}@portal.example>"] * 2


def test_an_email_carries_its_idempotency_key() -> None:
    assert sent_mail().extra_headers["Idempotency-Key"] == Notification.objects.get().idempotency_key


def test_email_has_auto_submitted_headers() -> None:
    headers = sent_mail().extra_headers
    assert (headers["Auto-Submitted"], headers["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert headers["List-Id"].startswith("<notices.")


def test_line_break_in_a_name_cannot_forge_a_mail_header() -> None:
    queued(decided_by="partner", partner_name="Harbourline\r\nBcc: everybody@people.example")
    deliver_due()
    assert "\n" not in mail.outbox[0].subject
    assert Notification.objects.get().state == State.SENT


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"dana@people.example": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"refused"),
    ],
)
def test_email_with_a_permanent_error_fails_without_retry(refuse: list[Exception], error: Exception) -> None:
    refuse.append(error)
    queued()
    deliver_due()
    assert Notification.objects.get().state == State.FAILED


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"dana@people.example": (451, b"greylisted")}),
        smtplib.SMTPDataError(452, b"too many"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPServerDisconnected("gone"),
        ConnectionRefusedError(111, "refused"),
        TimeoutError("timed out"),
    ],
)
def test_email_with_a_temporary_error_is_retried(refuse: list[Exception], error: Exception) -> None:
    refuse.append(error)
    queued()
    deliver_due()
    assert Notification.objects.get().state == State.QUEUED


def test_the_stored_error_of_an_email_names_no_address(refuse: list[Exception]) -> None:
    refuse.append(smtplib.SMTPRecipientsRefused({"dana@people.example": (550, b"dana@people.example unknown")}))
    queued()
    deliver_due()
    assert Notification.objects.get().last_error == "SMTP 550"


def test_a_portal_notice_needs_no_provider() -> None:
    queue_notices(UserFactory.create(), channels=[Channel.PORTAL])
    assert PortalChannel().send(Notification.objects.get(), Message()) == ""


def test_a_portal_notice_has_a_title_and_a_text() -> None:
    queue_notices(UserFactory.create(), channels=[Channel.PORTAL])
    message = render(Notification.objects.get())
    assert (bool(message.subject), bool(message.sms)) == (True, True)


@pytest.mark.parametrize(
    "quoted",
    ["+44 7700 900418", "+447700900418", "(0)7700 900-418", "123456", "dana@people.example", "1234"],
)
def test_numbers_and_addresses_are_scrubbed_from_errors(quoted: str) -> None:
    assert scrub(f"cannot reach {quoted} now") == "cannot reach … now"


def test_status_code_is_kept_in_errors() -> None:
    assert scrub("http-503\n of the gateway") == "http-503 of the gateway"


def test_error_is_truncated_to_the_column_length() -> None:
    assert len(scrub("x" * 5000)) == LONGEST


@pytest.mark.parametrize(("backend", "kept"), [(f"{__name__}.NumberAsIdBackend", ""), (MEMORY, "memory-1")])
def test_provider_id_is_dropped_if_it_contains_the_number(settings: Settings, backend: str, kept: str) -> None:
    settings.SMS_BACKEND = backend
    outbox.clear()
    notice = queued(Channel.SMS)
    deliver_due()
    notice.refresh_from_db()
    assert (notice.state, notice.provider_id) == (State.SENT, kept)
