"""Answers that many pages give: 303 to another page, and a Retry-After header. Views of both apps import it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TypeVar

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

Response = TypeVar("Response", bound=HttpResponse)


def see_other(url_name: str, *args: str, fragment: str = "") -> HttpResponseRedirect:
    """Answer a form with 303: the browser loads the named page by GET."""
    return see_path(reverse(url_name, args=args) + (f"#{fragment}" if fragment else ""))


def see_path(path: str) -> HttpResponseRedirect:
    """Answer a form with 303 to a path that is known already, such as one that was checked to be ours."""
    return HttpResponseRedirect(path, status=303)


def retry_after(response: Response, at: datetime) -> Response:
    """Set Retry-After to the seconds until `at`, rounded up, at least 1."""
    response["Retry-After"] = str(max(1, math.ceil((at - timezone.now()).total_seconds())))
    return response
