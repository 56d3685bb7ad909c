"""Binds or replaces the mobile number: the number with the password, a code to the old number, a code to the new."""

from __future__ import annotations

import math
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in, tenant_page
from accounts.account_page import number_shown
from accounts.client_ip import client_ip
from accounts.forms.mobile_number import NumberCodeForm, NumberForm
from accounts.models import Challenge, Operation, Purpose
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
from accounts.performing import performs
from accounts.sessions import rotate
from accounts.verification import (
    Accepted,
    Expired,
    Issued,
    Limited,
    Locked,
    Superseded,
    Voided,
    Wrong,
    newest_open,
    number_for,
    resend_outlook,
)
from accounts.verification.words import ended, refused_code
from accounts.views.codes import too_many_codes
from accounts.views.responses import see_other


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@performs(Operation.NUMBER_CHANGED)
@tenant_page
def mobile_number(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the password, and send the first code."""
    form = NumberForm(request, request.POST or None)
    if not form.is_valid():
        if form.is_password_wrong:
            note_wrong_password(actor=signed_in(request))
        return _number_page(request, form, 422 if form.is_bound else 200)
    answer = start_number_change(actor=signed_in(request), number=form.cleaned_data["number"], ip=client_ip(request))
    if isinstance(answer, Limited | Locked):
        return too_many_codes(request, answer)
    if isinstance(answer, SameNumber):
        form.add_error("number", _("This is your confirmed number already"))
        return _number_page(request, form, 422)
    return see_other("accounts:mobile_number_code")


@require_http_methods(["GET", "HEAD", "POST"])
@performs(Operation.NUMBER_CHANGED)
@tenant_page
def mobile_number_code(request: HttpRequest) -> HttpResponse:
    """Take the code of the present step."""
    challenge = newest_open(signed_in(request), *STEPS)
    if request.method != "POST":
        is_live = challenge is not None and timezone.now() < challenge.expires_at
        return _code_page(request, challenge) if challenge and is_live else see_other("accounts:mobile_number")
    form = NumberCodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, challenge, form, 422) if challenge else see_other("accounts:mobile_number")
    answer = _enter(request, Purpose(form.cleaned_data["purpose"]), form.cleaned_data["code"])
    if isinstance(answer, Wrong | Expired | Superseded) and challenge is not None:
        form.add_error("code", refused_code(answer))
        return _code_page(request, challenge, form, 422)
    return _after_code(request, answer)


@require_POST
@performs(Operation.CODE_SENT)
@tenant_page
def mobile_number_resend(request: HttpRequest) -> HttpResponse:
    """Send a new code for the present step. It voids the old one."""
    challenge = newest_open(signed_in(request), *STEPS)
    if challenge is None:
        return see_other("accounts:mobile_number")
    purpose = Purpose(challenge.purpose)
    answer = resend_number_code(actor=signed_in(request), purpose=purpose, ip=client_ip(request))
    if isinstance(answer, Limited | Locked):
        return too_many_codes(request, answer)
    if isinstance(answer, Issued):
        messages.info(request, _("A new code is on its way. The code before is void."))
    return see_other("accounts:mobile_number_code")


def _enter(request: HttpRequest, purpose: Purpose, code: str) -> StepAnswer:
    if purpose == Purpose.RELEASE_NUMBER:
        return release_old_number(actor=signed_in(request), code=code, ip=client_ip(request))
    return confirm_number(actor=signed_in(request), code=code)


def _after_code(request: HttpRequest, answer: StepAnswer) -> HttpResponse:
    """A right code, or one after which there is nothing more to enter."""
    if isinstance(answer, Locked):
        return too_many_codes(request, answer)
    if isinstance(answer, NumberConfirmed | Issued | Limited | Accepted):
        rotate(request)
    if isinstance(answer, Limited):
        return too_many_codes(request, answer)
    if isinstance(answer, NumberConfirmed):
        messages.success(request, _("Verification codes now go to %(number)s.") % {"number": answer.number})
        return see_other("accounts:account", fragment="mobile")
    if isinstance(answer, Voided):
        return _started_over(request, ended(answer))
    if isinstance(answer, Stale):
        return _started_over(request, _("The change was started again in another window. Start here once more."))
    return see_other("accounts:mobile_number_code")


def _started_over(request: HttpRequest, problem: str) -> HttpResponse:
    """The form of the first step, with the reason why the way begins again."""
    form = NumberForm(request, {})
    form.errors.clear()
    form.add_error(None, problem)
    return _number_page(request, form, 422)


def _number_page(request: HttpRequest, form: NumberForm, status: int) -> HttpResponse:
    context = {"form": form, "number": number_shown(signed_in(request))}
    return render(request, "accounts/mobile_number.html", context, status=status)


def _code_page(
    request: HttpRequest, challenge: Challenge, form: NumberCodeForm | None = None, status: int = 200
) -> HttpResponse:
    outlook = resend_outlook(challenge)
    context = {
        "challenge": challenge,
        "form": form or NumberCodeForm(initial={"purpose": challenge.purpose}),
        "number": number_for(challenge),
        "outlook": outlook,
        "wait": _seconds_until(outlook.limited.retry_at) if outlook.limited else 0,
    }
    return render(request, "accounts/mobile_number_code.html", context, status=status)


def _seconds_until(at: datetime) -> int:
    return max(1, math.ceil((at - timezone.now()).total_seconds()))
