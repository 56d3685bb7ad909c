"""The portal's URLs and `hello/`, the baseline: a view that requires login and does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts import codes
from accounts.models import Challenge
from portal.urls import urlpatterns as portal_urls

CODE = "135790"
_derive = codes.code_for


def hello(request: HttpRequest) -> HttpResponse:
    """Return the username, which costs the middleware, the session and the user lookup."""
    return HttpResponse(f"hello {request.user.get_username()}")


def code_for(challenge: Challenge) -> str:
    """Derive the code, for its cost, but return a constant, because the client cannot read text messages."""
    _derive(challenge)
    return CODE


codes.code_for = code_for
urlpatterns = [path("hello/", hello), *portal_urls]
