"""View decorator that logs a POST refused by role, as a refusal of the operation that the view performs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.access import View, signed_in
from accounts.models import Operation
from accounts.operations.refuse import refuse_by_role


def log_denied_as(operation: Operation) -> Callable[[View], View]:
    """Log a POST on which the view raises PermissionDenied. Put it above the permission decorators."""

    def decorate(view: View) -> View:
        @wraps(view)
        def recorded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as denied:
                if request.method == "POST":
                    reference = getattr(denied, "reference", "")
                    refuse_by_role(actor=signed_in(request), operation=operation, reference=reference)
                raise

        return recorded

    return decorate
