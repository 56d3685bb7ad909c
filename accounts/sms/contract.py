"""What every SMS backend keeps to, and how sending fails: typed by what the caller does next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

SEND_WITHIN = 10.0  # seconds: the sender's lease is written for it


class SmsFailure(Exception):
    """Its text is a word such as `http-503`: never a number, a message, an address or a token."""


class Rejected(SmsFailure):
    """Trying again cannot help: the provider refuses the number or the request."""


class Unavailable(SmsFailure):
    """The provider is slow, down or busy."""


class SmsBackend(ABC):
    """One object may serve many messages, from one thread."""

    @abstractmethod
    def send(self, to: str, body: str, idempotency_key: str) -> str:
        """Hand `body` to the provider for `to` (E.164) within SEND_WITHIN and return the provider's ID, "" if none.

        Raise Rejected or Unavailable. A repeat carries the same key, so that the provider can drop it.
        """


def get_backend() -> SmsBackend:
    """Return a new backend of the class that SMS_BACKEND names."""
    return cast("SmsBackend", import_string(settings.SMS_BACKEND)())
