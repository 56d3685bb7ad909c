"""The interface of SMS backends and their exceptions: permanent (Rejected) or worth a retry (Unavailable)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

SEND_WITHIN = 10.0  # seconds: the sender's lease allows for this


class SmsFailure(Exception):
    """The text is a word such as `http-503`, never a number, a message, an address or a token."""


class Rejected(SmsFailure):
    """The provider rejects the number or the request. A retry cannot succeed."""


class Unavailable(SmsFailure):
    """The provider is slow, down or busy. A retry may succeed."""


class SmsBackend(ABC):
    """Base class of the backends. One object may send many messages, from one thread."""

    @abstractmethod
    def send(self, to: str, body: str, idempotency_key: str) -> str:
        """Send `body` to `to` (E.164) within SEND_WITHIN seconds. Return the provider's ID, or "" if it has none.

        Raise Rejected or Unavailable. A retry has the same idempotency key, so that the provider can drop duplicates.
        """


def get_backend() -> SmsBackend:
    """Return a new backend of the class that SMS_BACKEND names."""
    return cast("SmsBackend", import_string(settings.SMS_BACKEND)())
