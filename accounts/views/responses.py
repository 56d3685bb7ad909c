"""Answers that many pages give: 303 to another page, and a Retry-After header. Views of both apps import it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TypeVar

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

Response = TypeVar("Response", bound=HttpResponse)


def see_other(to: str, *args: str, fragment: str = "") -> HttpResponseRedirect:
    """Answer a form with 303: the browser loads the next page by GET. `to` is a URL name with its `args`, or a path."""
    anchor = f"#{fragment}" if fragment else ""
    return HttpResponseRedirect(resolve_url(to, *args) + anchor, status=303)


def retry_after(response: Response, at: datetime) -> Response:
    """Set Retry-After to the seconds until `at`, rounded up, at least 1."""
    response["Retry-After"] = str(max(1, math.ceil((at - timezone.now()).total_seconds())))
    return response
