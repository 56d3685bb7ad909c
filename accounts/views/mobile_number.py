"""Views that set or replace a mobile number: number and password, a code to the old number, a code to the new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in, tenant_page
from accounts.billing.account_page import number_shown
from accounts.client_ip import counted_address
from accounts.denials import log_denied_as
from accounts.forms.mobile_number import NumberCodeForm, NumberForm
from accounts.models import Operation, Purpose
from accounts.operations.mobile_number import (
    STEPS,
    NumberConfirmed,
    SameNumber,
    Stale,
    StepAnswer,
    confirm_number,
    note_wrong_password,
    release_old_number,
    resend_number_code,
    start_number_change,
)
from accounts.sign_in.sessions import rotate
from accounts.verification import CodeRefusal, Issued, Limited, Locked, live_challenge, newest_open
from accounts.views.codes import new_code_sent, refuse_code, show_code_page
from accounts.views.from_check import came_from_check, see_account
from accounts.views.responses import see_other

CODE_PAGE = "accounts/mobile_number_code.html"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.NUMBER_CHANGED)
@tenant_page
def mobile_number(request: HttpRequest) -> HttpResponse:
    """Show the form of the number, or send the first code."""
    form = NumberForm(request, request.POST or None)
    if not form.is_valid():
        if form.is_password_wrong:
            note_wrong_password(actor=signed_in(request))
        return _number_page(request, form, 422 if form.is_bound else 200)
    answer = start_number_change(
        actor=signed_in(request), number=form.cleaned_data["number"], ip=counted_address(request)
    )
    if isinstance(answer, Limited | Locked):
        return refuse_code(request, CODE_PAGE, None, answer)
    if isinstance(answer, SameNumber):
        form.add_error("number", _("This is your number already. Enter another one"))
        return _number_page(request, form, 422)
    request.session["from_check"] = came_from_check(request)
    return see_other("accounts:mobile_number_code")


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.NUMBER_CHANGED)
@tenant_page
def mobile_number_code(request: HttpRequest) -> HttpResponse:
    """Show the code page of the current step, or redeem its code."""
    if request.method != "POST":
        challenge = live_challenge(signed_in(request), *STEPS)
        return show_code_page(request, CODE_PAGE, challenge) if challenge else see_other("accounts:mobile_number")
    form = NumberCodeForm(request.POST)
    if not form.is_valid():
        challenge = newest_open(signed_in(request), *STEPS)
        return show_code_page(request, CODE_PAGE, challenge, form) if challenge else see_other("accounts:mobile_number")
    return _after_code(request, _enter(request, Purpose(form.cleaned_data["purpose"]), form.cleaned_data["code"]))


@require_http_methods(["GET", "HEAD", "POST"])
@log_denied_as(Operation.CODE_SENT)
@tenant_page
def mobile_number_resend(request: HttpRequest) -> HttpResponse:
    """Send a new code for the current step, which supersedes the old one."""
    if request.method != "POST":
        return see_other("accounts:mobile_number_code")
    challenge = newest_open(signed_in(request), *STEPS)
    if challenge is None:
        return see_other("accounts:mobile_number")
    purpose = Purpose(challenge.purpose)
    match resend_number_code(actor=signed_in(request), purpose=purpose, ip=counted_address(request)):
        case Issued():
            return new_code_sent(request, "accounts:mobile_number_code")
        case Limited() | Locked() as answer:
            return refuse_code(request, CODE_PAGE, challenge, answer)
    return see_other("accounts:mobile_number")


def _enter(request: HttpRequest, purpose: Purpose, code: str) -> StepAnswer:
    if purpose == Purpose.RELEASE_NUMBER:
        return release_old_number(actor=signed_in(request), code=code, ip=counted_address(request))
    return confirm_number(actor=signed_in(request), code=code)


def _after_code(request: HttpRequest, answer: StepAnswer) -> HttpResponse:
    """Respond to a code. A correct code leads to the next step, even if the next code cannot be sent yet (Limited)."""
    if isinstance(answer, NumberConfirmed | Issued | Limited):
        rotate(request)
    match answer:
        case NumberConfirmed(number=number):
            text = _("We now send your verification codes to %(number)s.") % {"number": number}
            messages.success(request, text, extra_tags="mobile")
            return see_account("mobile", from_check=request.session.pop("from_check", False))
        case Stale():
            return _started_over(request)
    if isinstance(answer, CodeRefusal):
        return refuse_code(request, CODE_PAGE, newest_open(signed_in(request), *STEPS), answer)
    return see_other("accounts:mobile_number_code")


def _started_over(request: HttpRequest) -> HttpResponse:
    """Show the form of the first step again, with the reason."""
    form = NumberForm(request, {})
    form.errors.clear()
    form.add_error(None, _("You started again in another window. Start again here."))
    return _number_page(request, form, 422)


def _number_page(request: HttpRequest, form: NumberForm, status: int) -> HttpResponse:
    context = {"form": form, "number": number_shown(signed_in(request))}
    return render(request, "accounts/mobile_number.html", context, status=status)
