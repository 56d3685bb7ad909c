"""The partner's Process page: the requests of all its customers, the most urgent first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import administrators_only, partner_page, signed_in, tenant_of
from accounts.keyset import Page, page_of
from accounts.models import Side
from partners.models import DisassociationRequest
from partners.presentation.listing import listing_of
from partners.presentation.partner_process import tiles_of, waiting_rows
from partners.presentation.process_rows import closed_row, open_row
from partners.presentation.reader import Reader
from partners.queries.checks import decision_checks
from partners.queries.requests import with_both_sides

SHOWN_FOR = timedelta(days=30)
# Each list has a cursor in the query string and is a range of an index.
ORDERS = {"waiting": ("due_at", "id"), "others": ("due_at", "id"), "closed": ("-closed_at", "-id")}


@require_safe
@partner_page
@administrators_only(_("Only administrators can decide requests. Ask one of yours."))
def partner_process(request: HttpRequest) -> HttpResponse:
    """Show requests that wait for the partner (with their current checks), for others, and closed ones."""
    now, reader = timezone.now(), Reader.of(signed_in(request))
    pages = {name: _page(request, name, now) for name in ORDERS}
    waiting, others, closed = (pages[name].rows for name in ORDERS)
    prefetch_related_objects([*others, *closed], "customer")
    for one in (*others, *closed):
        one.partner = tenant_of(request).partner  # all are of the reader's organisation, which is loaded once
    rows: dict[str, tuple[Any, ...]] = {
        "waiting": waiting_rows(waiting, decision_checks(waiting, now), now),
        "others": tuple(open_row(one, reader) for one in others),
        "closed": tuple(closed_row(one, reader) for one in closed),
    }
    lists = {name: listing_of(request, name, page, rows[name]) for name, page in pages.items()}
    context = {**lists, "tiles": tiles_of(lists["waiting"], lists["others"], now)}
    return render(request, "partners/partner_process.html", context)


def _page(request: HttpRequest, name: str, now: datetime) -> Page[DisassociationRequest]:
    tenant = tenant_of(request)
    requests = DisassociationRequest.objects.of_tenant(tenant)
    rows = {
        "waiting": with_both_sides(requests.waiting_for(Side.PARTNER)),
        "others": requests.open_for_others(Side.PARTNER),
        "closed": requests.filter(closed_at__gte=now - SHOWN_FOR),
    }
    cursor, filters = request.GET.get(name, ""), f"{name}:{tenant.pk}"
    return page_of(rows[name], cursor=cursor, order=ORDERS[name], filters=filters)
