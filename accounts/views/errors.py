"""The error pages: what happened, what to do, and a reference for whoever helps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseServerError,
)
from django.middleware import csrf
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.csrf import requires_csrf_token

from accounts.views.responses import retry_after

# How Django's reasons begin; the rest is the address that the browser named.
WRONG_HOST = tuple(
    reason.partition("%s")[0]
    for reason in (
        csrf.REASON_BAD_ORIGIN,
        csrf.REASON_BAD_REFERER,
        csrf.REASON_MALFORMED_REFERER,
        csrf.REASON_INSECURE_REFERER,
    )
)


def reference() -> str:
    """The ID under which the logs hold this request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One body for what does not exist and for what belongs to somebody else."""
    return _page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was refused before anything was done. The page names the cause: what helps against one helps no other."""
    return _page(request, 403, template=_csrf_page(reason), public_url=settings.PUBLIC_URL)


def _csrf_page(reason: str) -> str:
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return "errors/403_cookie.html"
    if reason == csrf.REASON_NO_REFERER:
        return "errors/403_referer.html"
    return "errors/403_host.html" if reason.startswith(WRONG_HOST) else "errors/403_csrf.html"


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """The address exists, but not for what was done with it: a form's address that was opened, for one."""
    response = _page(request, 405)
    response["Allow"] = allowed
    return response


def too_many_requests(request: HttpRequest, message: str, until: datetime) -> HttpResponse:
    """A limit is reached. `message` says which one and until when."""
    return retry_after(_page(request, 429, message=message), until)


def server_error(_request: HttpRequest) -> HttpResponseServerError:
    """Rendered without database, session, or context processors: it must not fail too."""
    page = render_to_string(
        "errors/500.html",
        {
            "reference": reference(),
            "product_name": settings.PRODUCT_NAME,
            "support_email": settings.SUPPORT_EMAIL,
            "stylesheet": _static("css/app.css"),
            "mark": _static("img/mark.svg"),
        },
    )
    return HttpResponseServerError(page)


def _static(path: str) -> str:
    """The address of a static file, or none: a list of hashed names that lacks it must not spoil this page."""
    try:
        return static(path)
    except ValueError:
        return ""


@requires_csrf_token
def _page(request: HttpRequest, status: int, template: str = "", **context: Any) -> HttpResponse:
    user = getattr(request, "user", None)
    shell = "signed_in.html" if user is not None and user.is_authenticated else "signed_out.html"
    context |= {"shell": shell, "reference": reference(), "has_errors": True}
    return render(request, template or f"errors/{status}.html", context, status=status)


class WrongMethodMiddleware:
    """Gives a wrong method the page of its error, where Django answers with an empty one.

    Below the authentication middleware: the page has the frame of whoever is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, response["Allow"])
        return response
