"""The answer that several pages give to somebody who came too late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import signed_in
from partners.models import DisassociationRequest
from partners.presentation.reader import Reader
from partners.presentation.state import state_of


def too_late(request: HttpRequest, found: DisassociationRequest) -> HttpResponse:
    """409: somebody was first. Say what happened, by which side and when; nothing of what was sent was done."""
    state = state_of(found, Reader.of(signed_in(request)))
    return render(request, "partners/too_late.html", {"found": found, "state": state, "has_errors": True}, status=409)
