"""My Partner: the current association, its open request, how the last one ended, and former associations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import customer_page, signed_in, tenant_of
from partners.presentation.my_partner import ended_by, former_partner_of, my_partner_of
from partners.presentation.reader import Reader
from partners.queries.associations import associations_of
from partners.queries.checks import standing
from partners.queries.requests import last_closed

SHOWN_FORMER = 20  # older ones are in the operation log


@require_safe
@customer_page
def my_partner(request: HttpRequest) -> HttpResponse:
    """Show the active association, if any, and the former ones."""
    tenant, reader, now = tenant_of(request), Reader.of(signed_in(request)), timezone.now()
    rows, last = associations_of(tenant, SHOWN_FORMER + 1), last_closed(tenant)
    active = rows.pop(0) if rows and rows[0].is_active else None
    former = [former_partner_of(row, reader) for row in rows[:SHOWN_FORMER]]
    context: dict[str, Any] = {"reader": reader, "former": former, "tenant": tenant}
    if active is None:
        context["ended"] = ended_by(last, former, reader)
        return render(request, "partners/my_partner_none.html", context)
    found = standing(active, now)
    context |= {
        "page": my_partner_of(active, found, last, reader, now),
        "process_waiting": reader.waiting_in([found.open_request]),
    }
    return render(request, "partners/my_partner.html", context)
