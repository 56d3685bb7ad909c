"""The response of several views after a lost race."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import signed_in
from partners.models import DisassociationRequest
from partners.presentation.reader import Reader
from partners.presentation.state import state_of


def answer_too_late(request: HttpRequest, found: DisassociationRequest, status: int = 409) -> HttpResponse:
    """Render the page that says what happened, by which side and when. The POST had no effect."""
    context = {"found": found, "state": state_of(found, Reader.of(signed_in(request))), "has_errors": True}
    return render(request, "partners/too_late.html", context, status=status)
