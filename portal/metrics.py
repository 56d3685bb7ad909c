"""What /metrics says: the library's numbers of this portal's web processes, and how the outbox is doing.

The web processes share their counts through files in PROMETHEUS_MULTIPROC_DIR (gunicorn.conf.py sets it).
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
    """Counts rows when it is asked, so that every process gives the same answer."""

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
    """Return everything in Prometheus' text format."""
    outbox = CollectorRegistry()
    outbox.register(OutboxCollector())
    return generate_latest(_library()) + generate_latest(outbox)


def oldest_undelivered_seconds() -> float:
    """Return for how long the oldest notice has been due and not sent; 0 without one. Failed ones wait for staff.

    One that was tried and waits for its next try is not due: a mailbox that is full for hours stops no portal.
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
