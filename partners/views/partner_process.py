"""The partner's Process: the requests of all its customers, the most urgent decision first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import administrators_only, partner_page, signed_in, tenant_of
from accounts.keyset import Page, page_of
from accounts.models import Side
from partners.models import DisassociationRequest
from partners.presentation.listing import Listing, listing_of
from partners.presentation.partner_process import rows_of
from partners.presentation.reader import Reader
from partners.queries.checks import decision_checks
from partners.queries.requests import with_both_sides

SHOWN_FOR = timedelta(days=90)
# Each list has its own cursor in the address and is a range of an index.
ORDERS = {"waiting": ("due_at", "id"), "others": ("due_at", "id"), "closed": ("-closed_at", "-id")}


@require_safe
@partner_page
@administrators_only
def partner_process(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision with its checks as they are now, what waits for others, and what is over."""
    now, reader = timezone.now(), Reader.of(signed_in(request))
    pages = {name: _page(request, name, now) for name in ORDERS}
    answers = decision_checks(pages["waiting"].rows, now)
    lists: dict[str, Listing] = {
        name: listing_of(request, name, page, rows_of(page.rows, reader, now, answers)) for name, page in pages.items()
    }
    return render(request, "partners/partner_process.html", lists)


def _page(request: HttpRequest, name: str, now: datetime) -> Page[DisassociationRequest]:
    tenant = tenant_of(request)
    own = DisassociationRequest.objects.of_tenant(tenant)
    rows = {
        "waiting": with_both_sides(own.waiting_for(Side.PARTNER)),
        "others": own.open_for_others(Side.PARTNER).select_related("customer"),
        "closed": own.filter(closed_at__gte=now - SHOWN_FOR).select_related("customer"),
    }
    cursor, filters = request.GET.get(name, ""), f"{name}:{tenant.pk}"
    return page_of(rows[name], cursor=cursor, order=ORDERS[name], filters=filters)
