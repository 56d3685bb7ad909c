"""The customer's Process page: the requests that its partner started."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import administrators_only, customer_page, signed_in, tenant_of
from accounts.keyset import page_of
from accounts.models import Side, Tenant
from partners.models import OPEN
from partners.models.disassociation import DisassociationRequest, DisassociationRequestQuerySet
from partners.presentation.process_rows import closed_row, open_row
from partners.presentation.reader import Reader
from partners.queries.requests import with_names

ORDER = ("-submitted_at", "-id")


@require_safe
@customer_page
@administrators_only(_("Only administrators can decide requests. Ask one of yours."))
def process(request: HttpRequest) -> HttpResponse:
    """Show open requests, those to decide among them, and closed ones."""
    reader, customer = Reader.of(signed_in(request)), tenant_of(request)
    opened = list(with_names(_of_partner(customer).open()))
    closed = with_names(_of_partner(customer).exclude(status__in=OPEN))
    page = page_of(closed, cursor=request.GET.get("cursor", ""), order=ORDER, filters=f"process:{customer.pk}")
    context = {
        "opened": [open_row(one, reader) for one in opened],
        "closed": [closed_row(one, reader) for one in page.rows],
        "page": page,
        "process_waiting": reader.waiting_in(opened),
    }
    return render(request, "partners/process.html", context)


def _of_partner(customer: Tenant) -> DisassociationRequestQuerySet:
    return DisassociationRequest.objects.filter(customer=customer, initiator=Side.PARTNER)
