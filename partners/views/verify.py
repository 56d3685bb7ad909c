"""The verification code: entering it submits the request, "Send new code" voids it and sends another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import sessions
from accounts.access import administrators_only, customer_page, signed_in, tenant_of
from accounts.client_ip import client_ip
from accounts.models import Challenge, Operation, Purpose, Tenant
from accounts.performing import performs
from accounts.verification import (
    AlreadyUsed,
    Expired,
    Issued,
    Limited,
    Locked,
    NoChallenge,
    Superseded,
    Voided,
    Wrong,
    live_challenge,
    newest_open,
)
from accounts.views.responses import retry_after, see_other
from partners.associations import associations_of, current_association
from partners.forms.code import CodeForm
from partners.models import Association, DisassociationRequest
from partners.operations import Blocked, Lost, Submitted, resend_code, submit_disassociation
from partners.operations.submit import Outcome
from partners.presentation.code_page import code_page, refusal_words
from partners.presentation.reader import Reader
from partners.views.disassociate import blocked
from partners.views.responses import too_late

Refusal = Wrong | Expired | Superseded | Voided | Locked | Limited


@require_http_methods(["GET", "HEAD", "POST"])
@performs(Operation.REQUESTED)
@customer_page
@administrators_only
def verify(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _submit(request)
    association = current_association(tenant_of(request))
    challenge = live_challenge(signed_in(request), Purpose.DISASSOCIATE)
    if association is None or challenge is None:
        return see_other("partners:disassociate")
    return _page(request, association, CodeForm(), challenge)


@require_http_methods(["GET", "HEAD", "POST"])
@performs(Operation.CODE_SENT)
@customer_page
@administrators_only
def new_code(request: HttpRequest) -> HttpResponse:
    association = current_association(tenant_of(request))
    if request.method != "POST" or association is None:
        return see_other("partners:verify")
    outcome = resend_code(actor=signed_in(request), association=association, ip=client_ip(request))
    match outcome:
        case Issued():
            messages.success(request, _("A new code was sent. The code before is void."))
            return see_other("partners:verify")
        case Limited() | Locked():
            return _refused(request, association, CodeForm({}), outcome)
    return see_other("partners:disassociate")


def _submit(request: HttpRequest) -> HttpResponse:
    association = _association_of_code(tenant_of(request))
    if association is None:
        return see_other("partners:disassociate")
    form = CodeForm(request.POST)
    if not form.is_valid():
        challenge = newest_open(signed_in(request), Purpose.DISASSOCIATE)
        return _page(request, association, form, challenge, status=422)
    outcome = submit_disassociation(
        actor=signed_in(request),
        association=association,
        code=form.cleaned_data["code"],
        ip=client_ip(request),
    )
    return _answer(request, association, form, outcome)


def _answer(request: HttpRequest, association: Association, form: CodeForm, outcome: Outcome) -> HttpResponse:
    match outcome:
        case Submitted(request=made):
            return _submitted(request, made)
        case AlreadyUsed(reference=reference) if reference:
            return see_other("partners:request", reference)
        case Blocked(answers=answers):
            return blocked(request, association, answers, after_code=True)
        case Lost(request=found):
            return too_late(request, found)
        case NoChallenge() | AlreadyUsed():
            return see_other("partners:disassociate")
    return _refused(request, association, form, outcome)


def _submitted(request: HttpRequest, made: DisassociationRequest) -> HttpResponse:
    """The page of the request is the receipt."""
    sessions.rotate(request)
    return see_other("partners:request", made.reference)


def _refused(request: HttpRequest, association: Association, form: CodeForm, answer: Refusal) -> HttpResponse:
    """The code page with the words of the refusal: 429 and when it is possible again for a limit, else 422."""
    is_of_code = isinstance(answer, Wrong | Superseded)
    form.refuse(refusal_words(answer), at_field=is_of_code)
    challenge = newest_open(signed_in(request), Purpose.DISASSOCIATE)
    if not isinstance(answer, Limited | Locked):
        return _page(request, association, form, challenge, status=422)
    response = _page(request, association, form, challenge, status=429, locked=isinstance(answer, Locked))
    return retry_after(response, answer.until if isinstance(answer, Locked) else answer.retry_at)


def _page(
    request: HttpRequest,
    association: Association,
    form: CodeForm,
    challenge: Challenge | None,
    *,
    status: int = 200,
    locked: bool = False,
) -> HttpResponse:
    page = code_page(association, challenge, Reader.of(signed_in(request)), locked=locked)
    return render(request, "partners/verify.html", {"page": page, "form": form}, status=status)


def _association_of_code(customer: Tenant) -> Association | None:
    """The active one, or the newest that ended: a second OK may come after a referral was completed."""
    return next(iter(associations_of(customer, 1)), None)
