"""The portal's own gauges for `/metrics`, one function each: clock, outbox, requests, codes, log, pool, broker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from math import inf
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from accounts.models import ChainHead, Channel, Heartbeat, Notification, Operation, OperationLogEntry, Result
from partners.models import OPEN, DisassociationRequest, Status
from portal import broker

State = Notification.State
CODES = {"sent": Operation.CODE_SENT, "refused": Operation.CODE_REFUSED, "locked": Operation.CODE_LOCKED}
POOL = {"size": "pool_size", "available": "pool_available", "waiting": "requests_waiting"}


def oldest_undelivered_seconds() -> float:
    """Return for how many seconds the oldest queued notice has been due, or 0.

    Failed notices, and those that wait for their next retry, do not count: a full mailbox is no fault of the portal.
    """
    oldest = Notification.objects.filter(state=State.QUEUED).aggregate(at=Min("next_attempt_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def _one(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"portal_{name}", help_text, value=value)


def _by(name: str, help_text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"portal_{name}", help_text, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family


def _counts(
    rows: QuerySet[Notification] | QuerySet[DisassociationRequest], field: str, words: Iterable[str]
) -> dict[str, float]:
    """Count the rows by the field, with a zero for each word that no row has."""
    counted = rows.order_by().values(field).annotate(number=Count("pk")).values_list(field, "number")
    return dict.fromkeys(map(str, words), 0.0) | {str(word): float(number) for word, number in counted}


def last_tick() -> GaugeMetricFamily:
    age = Heartbeat.age(Heartbeat.Job.TICK)
    return _one("seconds_since_last_tick", "How long ago the clock ticked.", age.total_seconds() if age else inf)


def notices_queued() -> GaugeMetricFamily:
    rows = Notification.objects.filter(state=State.QUEUED)
    return _by("notices_queued", "Notices to send, now or later.", "channel", _counts(rows, "channel", Channel))


def notices_due() -> GaugeMetricFamily:
    rows = Notification.objects.due(timezone.now())
    return _by("notices_due", "Notices to send now.", "channel", _counts(rows, "channel", Channel))


def notices_failed() -> GaugeMetricFamily:
    rows = Notification.objects.failed()
    return _by("notices_failed", "Notices that failed.", "channel", _counts(rows, "channel", Channel))


def oldest_notice() -> GaugeMetricFamily:
    text = "For how long the oldest undelivered notice has been due."
    return _one("oldest_undelivered_notice_seconds", text, oldest_undelivered_seconds())


def requests_open() -> GaugeMetricFamily:
    rows = DisassociationRequest.objects.filter(status__in=OPEN)
    return _by("requests_open", "Open requests.", "status", _counts(rows, "status", OPEN))


def requests_overdue() -> GaugeMetricFamily:
    count = DisassociationRequest.objects.overdue(timezone.now()).count()
    return _one("requests_overdue", "Requests that nobody decided in time.", count)


def completions_blocked() -> GaugeMetricFamily:
    blocked = DisassociationRequest.objects.filter(status=Status.APPROVED).exclude(blocked_by=[])
    return _one("completions_blocked", "Approved requests that a failed check keeps from completing.", blocked.count())


def codes_last_hour() -> GaugeMetricFamily:
    recent = OperationLogEntry.objects.filter(at__gt=timezone.now() - timedelta(hours=1))
    sent = recent.exclude(operation=Operation.CODE_SENT, result=Result.REFUSED)
    counts = {word: float(sent.filter(operation=operation).count()) for word, operation in CODES.items()}
    return _by(
        "codes_last_hour", "Codes of the last hour: sent, refused as wrong, and locks of code entry.", "what", counts
    )


def log_entries() -> GaugeMetricFamily:
    entries = ChainHead.objects.aggregate(entries=Sum("seq"))["entries"] or 0
    return _one("operation_log_entries", "Length of all chains of the operation log.", entries)


def log_verified() -> GaugeMetricFamily:
    row = Heartbeat.objects.filter(job=Heartbeat.Job.VERIFY).first()
    text = "When verify_operation_log last ran, in Unix time, or 0."
    return _one("operation_log_verified_timestamp_seconds", text, row.at.timestamp() if row else 0)


def log_intact() -> GaugeMetricFamily:
    is_intact = Heartbeat.objects.filter(job=Heartbeat.Job.VERIFY, is_ok=True).exists()
    return _one("operation_log_intact", "1 if the last verification found no fault.", is_intact)


def pool_connections() -> GaugeMetricFamily:
    """The connection pool of the process that answers. SQLite and processes without a pool report nothing."""
    pool: Any = getattr(connection, "pool", None)
    stats = pool.get_stats() if pool else {}
    used = {word: float(stats.get(key, 0)) for word, key in POOL.items()} if stats else {}
    return _by("pool_connections", "Database connections of this web process, and requests that wait.", "what", used)


def broker_up() -> GaugeMetricFamily:
    return _one("broker_up", "1 if the broker takes messages, or none is configured.", not broker.problem())


GAUGES: tuple[Callable[[], GaugeMetricFamily], ...] = (
    last_tick,
    notices_queued,
    notices_due,
    notices_failed,
    oldest_notice,
    requests_open,
    requests_overdue,
    completions_blocked,
    codes_last_hour,
    log_entries,
    log_verified,
    log_intact,
    pool_connections,
    broker_up,
)
