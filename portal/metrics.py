"""Prometheus metrics: those of django-prometheus from all web processes, and the gauges of portal/gauges.py.

The web processes share their counters in files in PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py sets.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.gauges import GAUGES

__all__ = ["CONTENT_TYPE", "exposition"]


class GaugeCollector(Collector):
    """Reads the gauges on collection, mostly from rows, so that every process reports the same values."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in GAUGES:
            yield gauge()


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    own = CollectorRegistry()
    own.register(GaugeCollector())
    return generate_latest(_library()) + generate_latest(own)


def _library() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared
