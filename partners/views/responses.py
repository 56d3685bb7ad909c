"""The page of a request for both sides, as the answer of a GET and of every act that was refused."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in, tenant_of
from accounts.notifications.receipts import receipts
from partners.eligibility import Answer
from partners.forms.decision import ApproveForm, RejectForm, WithdrawForm
from partners.models import DisassociationRequest
from partners.presentation.decision import decision_of
from partners.presentation.reader import Reader
from partners.presentation.request_page import request_page
from partners.queries.checks import decision_checks

EndForm = ApproveForm | RejectForm | WithdrawForm
Problem = Literal["", "late", "blocked"]


def show_request(
    request: HttpRequest,
    found: DisassociationRequest,
    *,
    form: EndForm | None = None,
    problem: Problem = "",
    answers: tuple[Answer, ...] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a request with its associations joined. `form` is the one that has errors.

    `answers` are the current checks if they were just run; otherwise they run if the reader decides the request.
    """
    reader = Reader.of(signed_in(request))
    page = request_page(found, reader, receipts(found.reference, tenant_of(request)))
    context: dict[str, Any] = {"page": page, "reader": reader, "problem": problem, "has_errors": status != 200}
    context |= {"form": form, **_forms(form)}
    if page.may_decide:
        answers = answers or decision_checks([found], timezone.now())[found.pk]
        context["decision"] = decision_of(found, reader, answers)
    return render(request, "partners/request.html", context, status=status)


def show_errors(request: HttpRequest, found: DisassociationRequest, form: EndForm, *, is_open: bool) -> HttpResponse:
    """Answer an invalid form with 422: its errors, or what happened to the request in the meantime."""
    if not is_open:
        return show_request(request, found, problem="late", status=422)
    return show_request(request, found, form=form, status=422)


def answer_too_late(request: HttpRequest, found: DisassociationRequest) -> HttpResponse:
    """Say what happened, by which side and when. The POST had no effect."""
    return show_request(request, found, problem="late", status=409)


def _forms(form: EndForm | None) -> dict[str, EndForm]:
    return {
        "approval": form if isinstance(form, ApproveForm) else ApproveForm(),
        "rejection": form if isinstance(form, RejectForm) else RejectForm(),
        "withdrawal": form if isinstance(form, WithdrawForm) else WithdrawForm(),
    }
