"""My Partner: the partner, the association, and everything that can be done about it."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import page_cache
from accounts.access import customer_page, signed_in, tenant_of
from accounts.models import Tenant
from accounts.page_cache import CacheablePage
from partners.presentation.my_partner import former_partner_of, holds_until, my_partner_of
from partners.presentation.reader import Reader
from partners.queries.associations import associations_of
from partners.queries.checks import standing
from partners.queries.page_key import page_key_of

SHOWN_FORMER = 20  # the operation log knows them all


@require_safe
@customer_page
def my_partner(request: HttpRequest) -> HttpResponse:
    """Show the association, or that there is none."""
    reader, customer = Reader.of(signed_in(request)), tenant_of(request)
    version = page_key_of(customer)
    return page_cache.answer(request, version=version, make=partial(_page, reader, customer))


def _page(reader: Reader, customer: Tenant) -> CacheablePage:
    now, rows = timezone.now(), associations_of(customer, SHOWN_FORMER + 1)
    active = rows.pop(0) if rows and rows[0].is_active else None
    context: dict[str, Any] = {
        "reader": reader,
        "former": [former_partner_of(row, reader) for row in rows[:SHOWN_FORMER]],
    }
    if active is None:
        return CacheablePage("partners/my_partner_none.html", context, holds_until=now)
    found = standing(active, now)
    context["page"] = my_partner_of(active, found, reader)
    return CacheablePage("partners/my_partner.html", context, holds_until(found, now))
