"""Error pages: what happened, what to do, and the request ID for support."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.middleware import csrf
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.csrf import requires_csrf_token

from accounts.access import NotAllowed
from accounts.frame import theme
from accounts.outages import is_outage
from accounts.sign_in.hashing import TooManySignIns
from accounts.views.responses import retry_after

RETRY_AFTER = 10  # seconds
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

BUSY = timedelta(seconds=2)


def reference() -> str:
    """Return the request ID, which the logs of this request contain."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the rule of the page, if one of our decorators raised. Other messages are not meant for users."""
    return _page(request, 403, rule=exception.rule if isinstance(exception, NotAllowed) else "")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer with the same page if the object does not exist and if it belongs to another tenant."""
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
    """Answer a method that the URL does not support, such as GET on the URL of a form."""
    response = _page(request, 405)
    response["Allow"] = allowed
    return response


def too_many_requests(request: HttpRequest, message: str, until: datetime) -> HttpResponse:
    """Answer a reached limit. `message` says which one and until when."""
    return retry_after(_page(request, 429, message=message), until)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer the exception that is being handled: 503 if the database does not answer, and 500 if it is a bug.

    Views and middlewares end here alike, so that also a failed load or save of the session does.
    """
    if is_outage(sys.exception()):
        return _unavailable(request)
    return _bare_page(request, 500)


def _unavailable(request: HttpRequest) -> HttpResponse:
    is_form = request.method not in ("GET", "HEAD")
    response = _bare_page(request, 503, is_form=is_form, seconds=RETRY_AFTER, address=request.get_full_path())
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """Answer a password that found no place to be checked or set."""
    return retry_after(_page(request, 503, template="errors/busy.html"), timezone.now() + BUSY)


def _bare_page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """Render without database, session and context processors, because this page must not fail as well."""
    context |= {
        "reference": reference(),
        "product_name": settings.PRODUCT_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "stylesheet": _static("css/app.css"),
        "mark": _static("img/mark.svg"),
        "theme": theme.chosen(request),
    }
    return HttpResponse(render_to_string(f"errors/{status}.html", context), status=status)


def _static(path: str) -> str:
    """Return the URL of a static file, or "" if the manifest lacks it: this page must not fail."""
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
    """Replace Django's empty 405 response by our error page.

    Belongs after the authentication middleware, because the page shows the navigation of the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, response["Allow"])
        return response


class BusyMiddleware:
    """Answer TooManySignIns, from whatever view checks or sets a password.

    Belongs after the authentication middleware, because the page shows the navigation of the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return busy(request) if isinstance(exception, TooManySignIns) else None
