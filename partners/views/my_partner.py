"""My Partner: the current association, its open request, and former associations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import customer_page, signed_in, tenant_of
from partners.presentation.my_partner import former_partner_of, my_partner_of
from partners.presentation.reader import Reader
from partners.queries.associations import associations_of
from partners.queries.checks import standing

SHOWN_FORMER = 20  # older ones are in the operation log


@require_safe
@customer_page
def my_partner(request: HttpRequest) -> HttpResponse:
    """Show the active association, if any, and the former ones."""
    reader, rows = Reader.of(signed_in(request)), associations_of(tenant_of(request), SHOWN_FORMER + 1)
    active = rows.pop(0) if rows and rows[0].is_active else None
    former = [former_partner_of(row, reader) for row in rows[:SHOWN_FORMER]]
    context: dict[str, Any] = {"reader": reader, "former": former}
    if active is None:
        return render(request, "partners/my_partner_none.html", context)
    found = standing(active, timezone.now())
    context |= {
        "page": my_partner_of(active, found, reader),
        "process_waiting": reader.waiting_in([found.open_request]),
    }
    return render(request, "partners/my_partner.html", context)
