"""Deletes what only waits to be forgotten: sessions whose time is over, and wrong passwords that no longer count.

The clock calls it all the time. Looking costs two short queries, and it writes only where there is something.
"""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

AT_ONCE = 1000


def forget(at_once: int = AT_ONCE) -> int:
    """Delete up to `at_once` rows of each kind by the real time, whatever moment a clock acts for; return how many."""
    now = timezone.now()
    sessions = Session.objects.filter(expire_date__lt=now)
    attempts = AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME)
    return _delete(sessions, at_once) + _delete(attempts, at_once)


def _delete(rows: QuerySet[Any], at_once: int) -> int:
    keys = list(rows.order_by().values_list("pk", flat=True)[:at_once])
    return rows.filter(pk__in=keys).delete()[0] if keys else 0
