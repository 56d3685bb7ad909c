"""My Partner: the partner, the association, and everything that can be done about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import customer_page, signed_in
from partners.presentation.my_partner import former_partners, my_partner_of
from partners.presentation.reader import Reader
from partners.reading import current_association, standing
from partners.views.responses import tenant_of


@require_safe
@customer_page
def my_partner(request: HttpRequest) -> HttpResponse:
    """Show the association, or that there is none."""
    reader, customer = Reader.of(signed_in(request)), tenant_of(request)
    association = current_association(customer)
    context = {"reader": reader, "former": former_partners(customer, reader)}
    if association is None:
        return render(request, "partners/my_partner_none.html", context)
    page = my_partner_of(association, standing(association, timezone.now()), reader)
    return render(request, "partners/my_partner.html", {**context, "page": page, "process_waiting": page.waiting})
