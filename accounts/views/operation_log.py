"""The Operation Log of a customer or partner: a filtered page with keyset pagination, and the CSV export."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import administrators_only, customer_page, partner_page, signed_in, tenant_of
from accounts.denials import log_denied_as
from accounts.forms.log_filter import LogFilter
from accounts.keyset import page_of
from accounts.log.csv_export import stream
from accounts.log.rows import readable_by, rows_for
from accounts.models import Operation
from accounts.operations.export_log import export_log

TEMPLATE = "accounts/operation_log.html"


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.LOG_EXPORTED)
@customer_page
def operation_log(request: HttpRequest) -> HttpResponseBase:
    return _export(request) if request.method == "POST" else _show(request)


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.LOG_EXPORTED)
@partner_page
def partner_operation_log(request: HttpRequest) -> HttpResponseBase:
    return _export(request) if request.method == "POST" else _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    tenant = tenant_of(request)
    form = LogFilter(tenant, request.GET)
    if not form.is_valid():
        return _respond(request, form)
    page = page_of(
        form.apply(readable_by(tenant)), cursor=request.GET.get("cursor", ""), filters=f"{tenant.pk}?{form.query}"
    )
    return _respond(request, form, page=page, rows=rows_for(signed_in(request), page.rows), filters=form.query)


@administrators_only(_("Only administrators can export the log. Ask one of yours."))
def _export(request: HttpRequest) -> HttpResponseBase:
    tenant = tenant_of(request)
    form = LogFilter(tenant, request.GET)
    if not form.is_valid():
        return _respond(request, form)
    export_log(actor=signed_in(request), filters=form.query)
    pieces = stream(signed_in(request), form.apply(readable_by(tenant)))
    name = f"operation-log-{timezone.localdate(timezone=timezone.get_default_timezone())}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


def _respond(request: HttpRequest, form: LogFilter, **context: Any) -> HttpResponse:
    context |= {"form": form, "tenant": tenant_of(request), "can_export": signed_in(request).is_administrator}
    return render(request, TEMPLATE, context, status=200 if form.is_valid() else 422)
