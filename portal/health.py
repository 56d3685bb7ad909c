"""Endpoints for load balancers and monitoring: liveness, readiness and metrics, without login.

Liveness and readiness answer only "ok" or "not ok". The reason is in the log.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from accounts.client_ip import client_ip
from portal import metrics as gauges
from portal.refusals import is_loopback

OLDEST_NOTICE = timedelta(minutes=10)
BROKER_TIMEOUT = 0.5  # seconds

logger = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Liveness: the process answers. It checks nothing else, so that a database outage restarts no web process."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Readiness: the database, its migrations and the broker are available, and notices are sent in time."""
    for name, check in CHECKS:
        problem = check()
        if problem:
            logger.error("not-ready", check=name, problem=problem)
            return JsonResponse({"status": "not ok"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics in Prometheus' text format, for requests with METRICS_TOKEN, or in DEMO from loopback."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(gauges.exposition(), content_type=gauges.CONTENT_TYPE)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    return bool(settings.DEMO) and is_loopback(client_ip(request) or "")


def _database() -> str:
    """Check the connection and for pending migrations, read from the database each time."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return type(error).__name__
    return f"{len(pending)} migrations to run" if pending else ""


def _broker() -> str:
    if not settings.REDIS_URL:
        return ""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT, socket_connect_timeout=BROKER_TIMEOUT
        ) as broker:
            broker.ping()
    except (RedisError, OSError) as error:
        return type(error).__name__
    return ""


def _notices() -> str:
    age = gauges.oldest_undelivered_seconds()
    return f"the oldest notice waits for {age:.0f} s" if age > OLDEST_NOTICE.total_seconds() else ""


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", _database),
    ("broker", _broker),
    ("notices", _notices),
)
