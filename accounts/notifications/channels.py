"""The ways out. A new channel is one class, and one line in CHANNELS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from accounts.models import Channel, Notification, SmsDevice, User
from accounts.notifications.message import Message


class Way(Protocol):
    """What the outbox and the sender ask of a channel. One object serves one batch of messages."""

    is_instant: ClassVar[bool]  # its row is the delivery: written as sent
    parts: ClassVar[tuple[str, ...]]  # the parts of the Message that it carries

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Those of the users whom this channel can reach, in at most one query."""

    def send(self, notification: Notification, message: Message) -> str:
        """Hand the message to the provider within 10 s and return the provider's ID ("" if it has none).

        Raise PermanentFailure or RetryLater. The idempotency key goes along, so that a provider can drop a repeat.
        """

    def close(self) -> None:
        """End what the batch kept open."""


class EmailChannel:
    is_instant: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("subject", "txt", "html")

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        return [user for user in users if user.email]

    def send(self, notification: Notification, message: Message) -> str:
        raise NotImplementedError

    def close(self) -> None:
        pass


class SmsChannel:
    is_instant: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ("sms",)

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        """Those with a confirmed number."""
        confirmed = set(SmsDevice.objects.filter(user__in=users, confirmed=True).values_list("user_id", flat=True))
        return [user for user in users if user.pk in confirmed]

    def send(self, notification: Notification, message: Message) -> str:
        raise NotImplementedError

    def close(self) -> None:
        pass


class PortalChannel:
    """The inbox inside the portal: the row itself is the message."""

    is_instant: ClassVar[bool] = True
    parts: ClassVar[tuple[str, ...]] = ("subject", "sms")

    @classmethod
    def reachable(cls, users: Sequence[User]) -> list[User]:
        return list(users)

    def send(self, notification: Notification, message: Message) -> str:
        return ""

    def close(self) -> None:
        pass


CHANNELS: dict[str, type[Way]] = {
    Channel.EMAIL: EmailChannel,
    Channel.SMS: SmsChannel,
    Channel.PORTAL: PortalChannel,
}
