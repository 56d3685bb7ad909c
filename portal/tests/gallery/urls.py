"""The addresses of the portal, and some more for the pages that no address of the portal is meant to show."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.urls import include, path

from accounts.sign_in.hashing import TooManySignIns
from accounts.views.errors import csrf_failure
from portal.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


@login_not_required
def out(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the server closed the connection")


@login_not_required
def busy(request: HttpRequest) -> HttpResponse:
    raise TooManySignIns


@login_not_required
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("inside knowledge")


REASONS = {
    "host": csrf.REASON_BAD_ORIGIN % "https://elsewhere.example",
    "referer": csrf.REASON_NO_REFERER,
    "token": csrf.REASON_CSRF_TOKEN_MISSING,
}


@login_not_required
def refused(request: HttpRequest, cause: str) -> HttpResponse:
    return csrf_failure(request, REASONS[cause])


urlpatterns = [
    path("broken/", broken),
    path("out/", out),
    path("busy/", busy),
    path("suspicious/", suspicious),
    path("refused/<str:cause>/", refused),
    path("", include("portal.urls")),
]
