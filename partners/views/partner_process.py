"""The partner's Process: the requests of all its customers, the most urgent decision first."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import administrators_only, partner_page, signed_in, tenant_of
from accounts.keyset import Page, page_of
from accounts.models import Side
from partners.models import DisassociationRequest, Status
from partners.presentation.listing import Listing, listing_of
from partners.presentation.partner_process import rows_of
from partners.presentation.reader import Reader
from partners.reading import decision_checks
from partners.requests import with_both_sides

SHOWN_FOR = timedelta(days=90)
# Each list has its own cursor in the address; the lists that grow are ranges of an index.
LISTS = {
    "waiting": (Q(status=Status.PENDING, initiator=Side.CUSTOMER), ("due_at", "id")),
    "others": (Q(status=Status.PENDING, initiator=Side.PARTNER) | Q(status=Status.APPROVED), ("due_at", "id")),
    "closed": (Q(closed_at__isnull=False), ("-closed_at", "-id")),
}


@require_safe
@partner_page
@administrators_only
def partner_process(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision with its checks as they are now, what waits for others, and what is over."""
    now, reader = timezone.now(), Reader.of(signed_in(request))
    pages = {name: _page(request, name) for name in LISTS}
    answers = decision_checks(pages["waiting"].rows, now)
    lists: dict[str, Listing] = {
        name: listing_of(request, name, page, rows_of(page.rows, reader, now, answers)) for name, page in pages.items()
    }
    return render(request, "partners/partner_process.html", {**lists, "process_waiting": lists["waiting"].total})


def _page(request: HttpRequest, name: str) -> Page[DisassociationRequest]:
    tenant = tenant_of(request)
    condition, order = LISTS[name]
    rows = with_both_sides(DisassociationRequest.objects.of_tenant(tenant)).filter(condition)
    if name == "closed":
        rows = rows.filter(closed_at__gte=timezone.now() - SHOWN_FOR)
    return page_of(rows, cursor=request.GET.get(name, ""), order=order, filters=f"{name}:{tenant.pk}")
