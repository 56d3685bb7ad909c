"""Responses that many views share: redirects after a POST, and the Retry-After header. Views of both apps import it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

Response = TypeVar("Response", bound=HttpResponse)


def see_other(url_name: str, *args: str, fragment: str = "") -> HttpResponseRedirect:
    """Redirect a POST to a URL name with 303, so that the browser loads it by GET."""
    return see_path(reverse(url_name, args=args) + (f"#{fragment}" if fragment else ""))


def see_path(path: str) -> HttpResponseRedirect:
    """Redirect a POST to a path with 303. The path must be trusted."""
    return HttpResponseRedirect(path, status=303)


def next_or_home(request: HttpRequest, target: str) -> str:
    """Return `target` if it is a page of this portal, otherwise the start page."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else reverse("home")


def retry_after(response: Response, at: datetime) -> Response:
    """Set Retry-After to the seconds until `at`, rounded up, at least 1."""
    response["Retry-After"] = str(max(1, math.ceil((at - timezone.now()).total_seconds())))
    return response
