"""Prometheus metrics: those of django-prometheus from all web processes, and gauges of the outbox.

The web processes share their counters in files in PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py sets.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.models import Notification

__all__ = ["CONTENT_TYPE", "exposition", "oldest_undelivered_seconds"]

State = Notification.State


class OutboxCollector(Collector):
    """Counts rows on collection, so that every process reports the same values."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counts = _counts()
        for state in (State.QUEUED, State.FAILED):
            word = state.value
            family = GaugeMetricFamily(f"portal_notices_{word}", f"Notices that are {word}.", labels=["channel"])
            for channel, number in counts[state].items():
                family.add_metric([channel], number)
            yield family
        yield GaugeMetricFamily(
            "portal_oldest_undelivered_notice_seconds",
            "For how long the oldest undelivered notice has been due.",
            value=oldest_undelivered_seconds(),
        )


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    outbox = CollectorRegistry()
    outbox.register(OutboxCollector())
    return generate_latest(_library()) + generate_latest(outbox)


def oldest_undelivered_seconds() -> float:
    """Return for how many seconds the oldest queued notice has been due, or 0.

    Failed notices, and those that wait for their next retry, do not count: a full mailbox must not make the portal
    unready.
    """
    oldest = Notification.objects.filter(state=State.QUEUED).aggregate(at=Min("next_attempt_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def _library() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _counts() -> dict[str, dict[str, int]]:
    rows = Notification.objects.filter(state__in=[State.QUEUED, State.FAILED]).order_by()
    counts: dict[str, dict[str, int]] = {State.QUEUED: {}, State.FAILED: {}}
    for row in rows.values("state", "channel").annotate(number=Count("pk")):
        counts[row["state"]][row["channel"]] = row["number"]
    return counts
