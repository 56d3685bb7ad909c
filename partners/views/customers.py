"""The partner's Customers page: the customers with an active association."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import partner_page, signed_in, tenant_of
from accounts.keyset import page_of
from partners.presentation.customers import customers_of, rows_of
from partners.presentation.listing import listing_of
from partners.presentation.reader import Reader


@require_safe
@partner_page
def partner_customers(request: HttpRequest) -> HttpResponse:
    """Show the customers by name, with masked contact data. Members may see it, too."""
    partner = tenant_of(request)
    page = page_of(
        customers_of(partner),
        cursor=request.GET.get("cursor", ""),
        order=("customer_sort_key", "id"),
        filters=f"customers:{partner.pk}",
    )
    listing = listing_of(request, "cursor", page, rows_of(page.rows, Reader.of(signed_in(request))))
    return render(request, "partners/customers.html", {"listing": listing})
