"""Throttle of wrong passwords: a narrow limit per name and IP address, wide limits per name and per address.

The narrow limit stops guessing at one account. The wide limits stop password spraying (one password, many names) and
distributed guessing (one name, many addresses). django-axes counts all of them in the same rows, for every process.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from accounts.client_ip import counted_address
from accounts.sign_in.backends import attempted_name

Credentials = dict[str, Any] | None


class ThrottleHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """The django-axes handler with wide limits. A reached wide limit is reported as the narrow one."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        failures: int = super().get_failures(request, credentials)
        is_wide = any(number >= most for _attempts, number, most in _wide(request, credentials))
        return max(failures, settings.AXES_FAILURE_LIMIT) if is_wide else failures


def locked_until(request: HttpRequest, credentials: Credentials) -> datetime:
    """Return when the reached limits end: one cool-off time after the last counted failure."""
    wide = [attempts for attempts, number, most in _wide(request, credentials) if number >= most]
    narrow = _recent().filter(username=attempted_name(request, credentials), ip_address=counted_address(request))
    last = [attempts.aggregate(at=Max("attempt_time"))["at"] for attempts in (wide or [narrow])]
    return max((at for at in last if at), default=timezone.now()) + _window()


def is_locked_for_all(request: HttpRequest, credentials: Credentials) -> bool:
    """True if the limit of the IP address is reached, whatever names were tried."""
    _attempts, number, most = _wide(request, credentials)[0]
    return number >= most


def _wide(request: HttpRequest, credentials: Credentials) -> list[tuple[Any, int, int]]:
    """Return rows, count and limit of the failures by address, then by name.

    Requests without an address have nothing in common, so they are counted by name alone.
    """
    address = counted_address(request)
    of_address = _recent().filter(ip_address=address) if address else AccessAttempt.objects.none()
    of_name = _recent().filter(username=attempted_name(request, credentials))
    found = (of_address, settings.LOGIN_FAILURES_OF_ADDRESS), (of_name, settings.LOGIN_FAILURES_OF_NAME)
    return [(rows, rows.aggregate(sum=Sum("failures_since_start"))["sum"] or 0, most) for rows, most in found]


def _recent() -> Any:
    return AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - _window())


def _window() -> timedelta:
    window: timedelta = settings.AXES_COOLOFF_TIME
    return window
