"""The ways out. A new channel is its word in Channel, one class here, and the line of that class in CHANNELS."""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import ClassVar, Protocol

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from accounts import codes, sms
from accounts.models import Channel, Notification, SmsDevice, User
from accounts.notifications.failures import PermanentFailure, RetryLater
from accounts.notifications.mail import hand_over
from accounts.notifications.message import Message, public_host

NUMBER_SHOWS = 8  # so many of its last digits tell a number, whatever stands before them


class Way(Protocol):
    """What the outbox and the sender ask of a channel. One object serves many messages, one after the other."""

    is_instant: ClassVar[bool]  # its row is the delivery: written as sent
    is_for_results_only: ClassVar[bool]  # and for codes: it carries no other notice
    parts: ClassVar[tuple[str, ...]]  # the parts of the Message that it carries

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Those of the users whom this channel can reach, in at most one query."""

    def send(self, notification: Notification, message: Message) -> str:
        """Hand the message to the provider and return the provider's ID ("" if it has none).

        Raise PermanentFailure or RetryLater. The idempotency key goes along, so that a provider can drop a repeat.
        """


class EmailChannel:
    """Django's mail: text with its HTML twin."""

    is_instant: ClassVar[bool] = False
    is_for_results_only: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("subject", "text", "html")

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Those with an address; one in `.invalid` (RFC 2606: a login made without an address) reaches nobody."""
        return [user for user in users if user.email and not user.email.endswith(".invalid")]

    def send(self, notification: Notification, message: Message) -> str:
        mail = self._mail(notification, message)
        try:
            hand_over(mail)
        except (SMTPException, OSError, BadHeaderError) as error:
            raise _mail_failure(error) from None
        return str(mail.extra_headers["Message-ID"])

    def _mail(self, notification: Notification, message: Message) -> EmailMultiAlternatives:
        host = public_host()
        headers = {
            "Message-ID": f"<{notification.pk}@{host}>",  # the same at every try: a repeat is known by it
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
    """Text messages, through the backend that SMS_BACKEND names."""

    is_instant: ClassVar[bool] = False
    is_for_results_only: ClassVar[bool] = True  # each message costs
    parts: ClassVar[tuple[str, ...]] = ("sms",)

    def __init__(self) -> None:
        self._backend = sms.get_backend()

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Those with a confirmed number."""
        confirmed = set(SmsDevice.objects.filter(user__in=users, confirmed=True).values_list("user_id", flat=True))
        return [user for user in users if user.pk in confirmed]

    def send(self, notification: Notification, message: Message) -> str:
        number = _number_of(notification)
        if not number:
            raise PermanentFailure("no confirmed number")
        try:
            given = self._backend.send(number, message.sms, idempotency_key=notification.idempotency_key)
        except sms.Rejected as error:
            raise PermanentFailure(str(error)) from None
        except sms.Unavailable as error:
            raise RetryLater(str(error)) from None
        return _without_number(given, number)


class PortalChannel:
    """The inbox inside the portal: the row itself is the message."""

    is_instant: ClassVar[bool] = True
    is_for_results_only: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("subject", "sms")  # a line of the inbox: the words of a text message

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        return list(users)

    def send(self, notification: Notification, message: Message) -> str:
        return ""


CHANNELS: dict[str, type[Way]] = {
    Channel.EMAIL: EmailChannel,
    Channel.SMS: SmsChannel,
    Channel.PORTAL: PortalChannel,
}
RESULT_CHANNELS = tuple(Channel)
OTHER_CHANNELS = tuple(channel for channel in Channel if not CHANNELS[channel].is_for_results_only)


def _mail_failure(error: Exception) -> PermanentFailure | RetryLater:
    """Permanent: the server refuses this very message or address. All else may pass, a wrong password included."""
    if isinstance(error, SMTPRecipientsRefused):
        codes_of = [code for code, _text in error.recipients.values()]
        return _by_code(min(codes_of, default=0), is_final=bool(codes_of) and min(codes_of) >= 500)
    if isinstance(error, SMTPResponseException):
        return _by_code(error.smtp_code, is_final=isinstance(error, SMTPDataError) and error.smtp_code >= 500)
    if isinstance(error, BadHeaderError):
        return PermanentFailure("BadHeaderError")
    return RetryLater(type(error).__name__)


def _by_code(code: int, *, is_final: bool) -> PermanentFailure | RetryLater:
    word = f"SMTP {code}"
    return PermanentFailure(word) if is_final else RetryLater(word)


def _without_number(provider_id: str, number: str) -> str:
    """Some providers make their ID of the number: that one is not kept, the idempotency key finds the message, too."""
    digits = "".join(character for character in provider_id if character.isdecimal())
    return "" if number[-NUMBER_SHOWS:] in digits else provider_id


def _number_of(notification: Notification) -> str:
    """A code goes to the number that its challenge was made for, anything else to the confirmed one."""
    if notification.challenge is not None:
        return codes.number_for(notification.challenge)
    device = SmsDevice.objects.filter(user=notification.recipient_id, confirmed=True).first()
    return str(device.number) if device else ""
