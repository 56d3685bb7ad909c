"""The Disassociate page: the answers of the checks and, if all pass, the form that sends the code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import administrators_only, customer_page, signed_in, tenant_of
from accounts.client_ip import counted_address
from accounts.denials import log_denied_as
from accounts.models import Operation
from accounts.verification import Issued
from accounts.views.codes import refuse_code
from accounts.views.responses import see_other
from partners.eligibility import Answer
from partners.forms.disassociate import DisassociateForm
from partners.models import Association, DisassociationRequest
from partners.operations.outcomes import Blocked
from partners.operations.start import start_disassociation
from partners.presentation.check_page import blocked_page, ready_page
from partners.presentation.reader import Reader
from partners.queries.associations import current_association
from partners.queries.checks import check_account, device_with_code_of
from partners.queries.requests import open_request

CODE_PAGE = "partners/verify.html"


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.BLOCKED)
@customer_page
@administrators_only(_("Only administrators can disassociate. Ask one of yours."))
def disassociate(request: HttpRequest) -> HttpResponse:
    association = current_association(tenant_of(request))
    if association is None:
        return redirect("partners:my_partner") if request.method != "POST" else see_other("partners:my_partner")
    if request.method == "POST":
        return _start(request, association)
    return _checks(request, association, DisassociateForm())


def blocked(
    request: HttpRequest,
    association: Association,
    answers: tuple[Answer, ...],
    *,
    opened: DisassociationRequest | None = None,
    after_code: bool = False,
    status: int = 409,
    **context: object,
) -> HttpResponse:
    """Render the check page with the open request or all blockers. The status is 409 after a POST."""
    page = blocked_page(
        association,
        answers,
        Reader.of(signed_in(request)),
        timezone.now(),
        opened=opened,
        checked=request.GET.get("checked", ""),
        after_code=after_code,
    )
    context |= {"page": page, "has_errors": status != 200}
    return render(request, "partners/disassociate.html", context, status=status)


def _start(request: HttpRequest, association: Association) -> HttpResponse:
    form = DisassociateForm(request.POST)
    if not form.is_valid():
        return _checks(request, association, form, status=422)
    outcome = start_disassociation(
        actor=signed_in(request),
        association=association,
        reason=form.cleaned_data["reason"],
        ip=counted_address(request),
    )
    match outcome:
        case Issued():
            return see_other("partners:verify")
        case Blocked(answers=answers):
            return blocked(request, association, answers, opened=open_request(association))
    return refuse_code(request, CODE_PAGE, None, outcome, association=association)


def _checks(request: HttpRequest, association: Association, form: DisassociateForm, status: int = 200) -> HttpResponse:
    reader, now = Reader.of(signed_in(request)), timezone.now()
    device, code_waits = device_with_code_of(signed_in(request), now)
    checks = check_account(association, device=device, side=reader.side, now=now)
    waiting = reader.waiting_in([checks.open_request])
    if checks.blockers:
        opened = checks.open_request
        return blocked(request, association, checks.answers, opened=opened, status=status, process_waiting=waiting)
    page = ready_page(association, checks, reader, code_waits=code_waits)
    context = {"page": page, "form": form, "process_waiting": waiting}
    return render(request, "partners/disassociate_ready.html", context, status=status)
