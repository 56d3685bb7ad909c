"""Answers that several pages give: to another page after a form, too late, too often."""

from __future__ import annotations

import math
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import signed_in
from accounts.models import Tenant
from partners.models import DisassociationRequest
from partners.presentation.reader import Reader
from partners.presentation.state import state_of


def tenant_of(request: HttpRequest) -> Tenant:
    """The tenant of the signed-in user; the page lets in people of a tenant only."""
    tenant = signed_in(request).tenant
    if tenant is None:
        raise RuntimeError("A page of a tenant was opened by somebody who has none.")
    return tenant


def see_other(url_name: str, *args: str) -> HttpResponse:
    """303: what was sent is dealt with, the answer is on another page."""
    return HttpResponseRedirect(reverse(url_name, args=args), status=303)


def too_late(request: HttpRequest, found: DisassociationRequest) -> HttpResponse:
    """409: somebody was first. Say what happened, by which side and when; nothing of what was sent was done."""
    state = state_of(found, Reader.of(signed_in(request)))
    return render(request, "partners/too_late.html", {"found": found, "state": state, "has_errors": True}, status=409)


def with_retry_after(response: HttpResponse, at: datetime) -> HttpResponse:
    """Name the seconds until it is possible again, at least one."""
    response["Retry-After"] = str(max(1, math.ceil((at - timezone.now()).total_seconds())))
    return response
