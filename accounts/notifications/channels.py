"""Notification channels: e-mail, text message, inbox.

A new channel is its value in Channel, one class here, and that class in CHANNELS.
"""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import ClassVar, Protocol

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from accounts import codes, sms
from accounts.models import Channel, Notification, SmsDevice, User
from accounts.notifications.failures import PermanentFailure, RetryLater
from accounts.notifications.mail import send_with_timeout
from accounts.notifications.message import Message, public_host

IDENTIFYING_DIGITS = 8  # a phone number is recognized by its last 8 digits, whatever prefix it is written with


class ChannelBackend(Protocol):
    """The interface of a channel. One object sends many messages, one at a time."""

    is_instant: ClassVar[bool]  # the row itself is the delivery, so it is written as sent
    is_for_results_only: ClassVar[bool]  # results and codes only, no other notice
    parts: ClassVar[tuple[str, ...]]  # the fields of Message that the channel uses

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Return the users that this channel can reach, in at most one query."""

    def send(self, notification: Notification, message: Message) -> str:
        """Send the message through the provider and return the provider's ID ("" if it has none).

        Raise PermanentFailure or RetryLater. The idempotency key is sent along, so that a provider can drop duplicates.
        """


class EmailChannel:
    """E-mail through Django's mail backend, as plain text and HTML."""

    is_instant: ClassVar[bool] = False
    is_for_results_only: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("subject", "text", "html")

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Return the users with an address, except in `.invalid` (RFC 2606): those logins were created without one."""
        return [user for user in users if user.email and not user.email.endswith(".invalid")]

    def send(self, notification: Notification, message: Message) -> str:
        mail = self._mail(notification, message)
        try:
            send_with_timeout(mail)
        except (SMTPException, OSError, BadHeaderError) as error:
            raise _mail_failure(error) from None
        return str(mail.extra_headers["Message-ID"])

    def _mail(self, notification: Notification, message: Message) -> EmailMultiAlternatives:
        host = public_host()
        headers = {
            "Message-ID": f"<{notification.pk}@{host}>",  # the same for every retry, so that duplicates are recognized
            "Idempotency-Key": notification.idempotency_key,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"<notices.{host}>",
        }
        to = [notification.recipient.email]
        mail = EmailMultiAlternatives(message.subject, message.text, to=to, headers=headers)
        mail.attach_alternative(message.html, "text/html")
        return mail


class SmsChannel:
    """Text messages through the backend that SMS_BACKEND names."""

    is_instant: ClassVar[bool] = False
    is_for_results_only: ClassVar[bool] = True  # each message costs
    parts: ClassVar[tuple[str, ...]] = ("sms",)

    def __init__(self) -> None:
        self._backend = sms.get_backend()

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Return the users with a confirmed phone number."""
        confirmed = set(SmsDevice.objects.filter(user__in=users, confirmed=True).values_list("user_id", flat=True))
        return [user for user in users if user.pk in confirmed]

    def send(self, notification: Notification, message: Message) -> str:
        number = _number_of(notification)
        if not number:
            raise PermanentFailure("no confirmed number")
        try:
            provider_id = self._backend.send(number, message.sms, idempotency_key=notification.idempotency_key)
        except sms.Rejected as error:
            raise PermanentFailure(str(error)) from None
        except sms.Unavailable as error:
            raise RetryLater(str(error)) from None
        return _without_number(provider_id, number)


class PortalChannel:
    """The inbox of the portal. The row itself is the message."""

    is_instant: ClassVar[bool] = True
    is_for_results_only: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("subject", "sms")  # the inbox shows the text of the text message

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        return list(users)

    def send(self, notification: Notification, message: Message) -> str:
        return ""


CHANNELS: dict[str, type[ChannelBackend]] = {
    Channel.EMAIL: EmailChannel,
    Channel.SMS: SmsChannel,
    Channel.PORTAL: PortalChannel,
}
RESULT_CHANNELS = tuple(Channel)
OTHER_CHANNELS = tuple(channel for channel in Channel if not CHANNELS[channel].is_for_results_only)


def _mail_failure(error: Exception) -> PermanentFailure | RetryLater:
    """Classify an SMTP error. It is permanent only if the server rejects this message or address.

    Everything else is retried, even a wrong SMTP password: the operator can correct it.
    """
    if isinstance(error, SMTPRecipientsRefused):
        smtp_codes = [code for code, _text in error.recipients.values()]
        return _by_code(min(smtp_codes, default=0), is_permanent=bool(smtp_codes) and min(smtp_codes) >= 500)
    if isinstance(error, SMTPResponseException):
        return _by_code(error.smtp_code, is_permanent=isinstance(error, SMTPDataError) and error.smtp_code >= 500)
    if isinstance(error, BadHeaderError):
        return PermanentFailure("BadHeaderError")
    return RetryLater(type(error).__name__)


def _by_code(code: int, *, is_permanent: bool) -> PermanentFailure | RetryLater:
    word = f"SMTP {code}"
    return PermanentFailure(word) if is_permanent else RetryLater(word)


def _without_number(provider_id: str, number: str) -> str:
    """Drop an ID that contains the phone number. The idempotency key finds the message at the provider, too."""
    digits = "".join(character for character in provider_id if character.isdecimal())
    return "" if number[-IDENTIFYING_DIGITS:] in digits else provider_id


def _number_of(notification: Notification) -> str:
    """Return the challenge's number for a code, and the confirmed number for any other message."""
    if notification.challenge is not None:
        return codes.number_for(notification.challenge)
    device = SmsDevice.objects.filter(user=notification.recipient_id, confirmed=True).first()
    return str(device.number) if device else ""
