"""The account center: holdings, currency and mobile number, and the form that sets the currency."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import administrators_only, customer_page, signed_in, tenant_of, tenant_page
from accounts.billing.account_page import account_page
from accounts.denials import log_denied_as
from accounts.forms.currency import CurrencyForm
from accounts.models import Operation
from accounts.operations.currency import CurrencyHeld, set_currency
from accounts.operations.mark_read import mark_read
from accounts.views.responses import see_other


@require_safe
@tenant_page
def account(request: HttpRequest) -> HttpResponse:
    """Show the account. Mark the user's notices about it as read."""
    if request.method == "GET":
        mark_read(actor=signed_in(request), until=timezone.now(), reference="")
    return _page(request, CurrencyForm(initial={"currency": tenant_of(request).currency}))


@require_POST
@log_denied_as(Operation.CURRENCY_SET)
@customer_page
@administrators_only(_("Only administrators can set the currency. Ask one of yours."))
def currency(request: HttpRequest) -> HttpResponse:
    form = CurrencyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answer = set_currency(actor=signed_in(request), currency=form.cleaned_data["currency"])
    if isinstance(answer, CurrencyHeld):
        text = _("You cannot change the currency %(currency)s while you are associated with %(partner)s.")
        form.add_error(None, text % {"currency": answer.currency, "partner": answer.partner.name})
        return _page(request, form, status=409)
    messages.success(request, _("Your currency is now %(currency)s.") % {"currency": answer.currency})
    return see_other("accounts:account", fragment="currency")


def _page(request: HttpRequest, form: CurrencyForm, status: int = 200) -> HttpResponse:
    page = account_page(signed_in(request), timezone.now())
    return render(request, "accounts/account.html", {"page": page, "form": form}, status=status)
