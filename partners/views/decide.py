"""The partner's decision page, and the approve and reject views of both sides.

GET only marks the request as seen. Approve and reject have separate URLs.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import NotAllowed, administrators_only, partner_page, signed_in, tenant_page
from accounts.denials import log_denied_as
from accounts.models import Operation
from accounts.views.responses import see_other
from partners.forms.decision import ApproveForm, RejectForm
from partners.models import DisassociationRequest
from partners.operations.approve import approve as approve_request
from partners.operations.locking import ONLY_DECIDERS
from partners.operations.mark_seen import mark_seen
from partners.operations.outcomes import Blocked, Lost
from partners.operations.reject import reject as reject_request
from partners.presentation.reader import Reader
from partners.views.request import found_or_404, to_act_on_or_404
from partners.views.responses import answer_too_late, show_errors, show_request


@require_safe
@partner_page
@administrators_only(_("Only administrators can decide requests. Ask one of yours."))
def partner_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the page of the request below Process, and mark the request as seen."""
    found = found_or_404(request, reference)
    if request.method == "GET":
        mark_seen(actor=signed_in(request), request=found)
    return show_request(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.APPROVED)
@tenant_page
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    if request.method != "POST":
        return see_other("partners:request", to_act_on_or_404(request, reference).reference)
    found, form = _to_decide(request, reference), ApproveForm(request.POST)
    if not form.is_valid():
        return _invalid(request, reference, form)
    outcome = approve_request(actor=signed_in(request), request=found)
    match outcome:
        case Lost():
            return answer_too_late(request, outcome.request)
        case Blocked(answers=answers):
            found = found_or_404(request, reference)
            return show_request(request, found, problem="blocked", answers=answers, status=409)
    return see_other("partners:request", reference)


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.REJECTED)
@tenant_page
def reject(request: HttpRequest, reference: str) -> HttpResponse:
    if request.method != "POST":
        return see_other("partners:request", to_act_on_or_404(request, reference).reference)
    found, form = _to_decide(request, reference), RejectForm(request.POST)
    if not form.is_valid():
        return _invalid(request, reference, form)
    outcome = reject_request(actor=signed_in(request), request=found, reason=form.cleaned_data["reason"])
    if isinstance(outcome, Lost):
        return answer_too_late(request, outcome.request)
    return see_other("partners:request", reference)


def _to_decide(request: HttpRequest, reference: str) -> DisassociationRequest:
    """Return the request, or raise NotAllowed unless the user is an administrator of the side that decides it."""
    found, reader = to_act_on_or_404(request, reference), Reader.of(signed_in(request))
    if not reader.is_administrator or reader.side != found.counterparty:
        raise NotAllowed(ONLY_DECIDERS, reference)
    return found


def _invalid(request: HttpRequest, reference: str, form: ApproveForm | RejectForm) -> HttpResponse:
    found = found_or_404(request, reference)
    return show_errors(request, found, form, is_open=found.waits_for(found.counterparty))
