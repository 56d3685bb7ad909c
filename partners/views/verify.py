"""The code page of a disassociation: entering the code submits the request, and a new code can be sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import administrators_only, customer_page, signed_in, tenant_of
from accounts.client_ip import counted_address
from accounts.denials import log_denied_as
from accounts.forms.code import CodeForm
from accounts.models import Operation, Purpose
from accounts.sign_in import sessions
from accounts.verification import (
    AlreadyUsed,
    CodeRefusal,
    Issued,
    Limited,
    Locked,
    NoChallenge,
    live_challenge,
    newest_open,
)
from accounts.views.codes import new_code_sent, refuse_code, show_code_page
from accounts.views.responses import see_other
from partners.models import Association, DisassociationRequest
from partners.operations.outcomes import Blocked, Lost, Submitted
from partners.operations.start import resend_code
from partners.operations.submit import Outcome, submit_disassociation
from partners.queries.associations import current_association, newest_association
from partners.views.disassociate import CODE_PAGE, blocked
from partners.views.responses import answer_too_late


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.REQUESTED)
@customer_page
@administrators_only(_("Only administrators can disassociate. Ask one of yours."))
def verify(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _submit(request)
    association = current_association(tenant_of(request))
    challenge = live_challenge(signed_in(request), Purpose.DISASSOCIATE)
    if association is None or challenge is None:
        return see_other("partners:disassociate")
    return show_code_page(request, CODE_PAGE, challenge, association=association)


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.CODE_SENT)
@customer_page
@administrators_only(_("Only administrators can disassociate. Ask one of yours."))
def new_code(request: HttpRequest) -> HttpResponse:
    association = current_association(tenant_of(request))
    if request.method != "POST" or association is None:
        return see_other("partners:verify")
    match resend_code(actor=signed_in(request), association=association, ip=counted_address(request)):
        case Issued():
            return new_code_sent(request, "partners:verify")
        case Limited() | Locked() as answer:
            return _refused(request, association, answer)
    return see_other("partners:disassociate")


def _submit(request: HttpRequest) -> HttpResponse:
    association = newest_association(tenant_of(request))  # a second OK may come after a referral was completed
    if association is None:
        return see_other("partners:disassociate")
    form = CodeForm(request.POST)
    if not form.is_valid():
        challenge = newest_open(signed_in(request), Purpose.DISASSOCIATE)
        if challenge is None:
            return see_other("partners:disassociate")
        return show_code_page(request, CODE_PAGE, challenge, form, association=association)
    outcome = submit_disassociation(actor=signed_in(request), association=association, code=form.cleaned_data["code"])
    return _answer(request, association, outcome)


def _answer(request: HttpRequest, association: Association, outcome: Outcome) -> HttpResponse:
    match outcome:
        case Submitted(request=made):
            return _submitted(request, made)
        case AlreadyUsed(reference=reference) if reference:
            return see_other("partners:request", reference)
        case Blocked(answers=answers):
            return blocked(request, association, answers, after_code=True)
        case Lost(request=found):
            return answer_too_late(request, found)
        case NoChallenge() | AlreadyUsed():
            return see_other("partners:disassociate")
    return _refused(request, association, outcome)


def _submitted(request: HttpRequest, made: DisassociationRequest) -> HttpResponse:
    """Redirect to the page of the request, which is the receipt."""
    sessions.rotate(request)
    return see_other("partners:request", made.reference)


def _refused(request: HttpRequest, association: Association, answer: CodeRefusal) -> HttpResponse:
    challenge = newest_open(signed_in(request), Purpose.DISASSOCIATE)
    return refuse_code(request, CODE_PAGE, challenge, answer, association=association)
