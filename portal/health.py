"""Endpoints for load balancers and monitoring: liveness, readiness and metrics, without login.

Strangers read only "ok" or "not ok". The problem is in the log, and in the answer to HEALTH_NETWORKS and loopback.
"""

from __future__ import annotations

import hmac

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.client_ip import client_ip
from portal import metrics as gauges, readiness
from portal.probers import is_prober
from portal.refusals import is_loopback

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
def readyz(request: HttpRequest) -> JsonResponse:
    """Readiness of this node (database, migrations), or with `?part=delivery` of clock, broker and notices."""
    part = request.GET.get("part", "")
    if part not in readiness.PARTS:
        raise Http404
    problems = readiness.problems_of(part)
    if not problems:
        return JsonResponse({"status": "ok"})
    logger.error("not-ready", part=part, problems=problems)
    return JsonResponse({"status": "not ok"} | ({"problems": problems} if is_prober(request) else {}), status=503)


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
