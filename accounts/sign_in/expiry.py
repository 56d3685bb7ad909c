"""Delete expired sessions and expired sign-in failures. The clock runs it at every tick.

Without expired rows it costs two short queries and writes nothing.
"""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

BATCH = 1000


def delete_expired(batch: int = BATCH) -> int:
    """Delete up to `batch` rows of each kind and return how many. Uses the real time, even in `tick --at`."""
    now = timezone.now()
    sessions = Session.objects.filter(expire_date__lt=now)
    attempts = AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME)
    return _delete(sessions, batch) + _delete(attempts, batch)


def _delete(rows: QuerySet[Any], batch: int) -> int:
    keys = list(rows.order_by().values_list("pk", flat=True)[:batch])
    return rows.filter(pk__in=keys).delete()[0] if keys else 0
