"""The page of a request for both sides, and its withdrawal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import NotAllowed, signed_in, tenant_of, tenant_page
from accounts.denials import log_denied_as
from accounts.models import Operation
from accounts.operations.mark_read import mark_read
from accounts.views.responses import see_other
from partners.forms.decision import WithdrawForm
from partners.models import DisassociationRequest
from partners.operations.mark_seen import mark_seen
from partners.operations.outcomes import Lost
from partners.operations.withdraw import ONLY_SENDERS, may_withdraw, withdraw as withdraw_request
from partners.presentation.reader import Reader
from partners.queries.requests import with_both_sides
from partners.views.responses import answer_too_late, show_errors, show_request


def found_or_404(request: HttpRequest, reference: str) -> DisassociationRequest:
    """Return the request if the user's tenant is one of its sides, otherwise raise Http404."""
    requests = with_both_sides(DisassociationRequest.objects.of_tenant(tenant_of(request)))
    return get_object_or_404(requests, reference=reference)


def to_act_on_or_404(request: HttpRequest, reference: str) -> DisassociationRequest:
    """The same without what a page shows beside it: an operation reads all of that under its lock."""
    return get_object_or_404(DisassociationRequest.objects.of_tenant(tenant_of(request)), reference=reference)


@require_safe
@tenant_page
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the request. Mark it as seen if the user can decide it, and the user's notices about it as read."""
    found = found_or_404(request, reference)
    if request.method == "GET":
        mark_seen(actor=signed_in(request), request=found)
        mark_read(actor=signed_in(request), until=timezone.now(), reference=found.reference)
    return show_request(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.WITHDRAWN)
@tenant_page
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    found = to_act_on_or_404(request, reference)
    if request.method != "POST":
        return see_other("partners:request", reference)
    reader, form = Reader.of(signed_in(request)), WithdrawForm(request.POST)
    if not reader.is_administrator or not reader.started(found):
        raise NotAllowed(ONLY_SENDERS, reference)
    if not form.is_valid():
        found = found_or_404(request, reference)
        return show_errors(request, found, form, is_open=may_withdraw(found))
    outcome = withdraw_request(actor=signed_in(request), request=found)
    if isinstance(outcome, Lost):
        return answer_too_late(request, outcome.request)
    return see_other("partners:request", reference)
