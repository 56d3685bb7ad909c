"""The portal's addresses and `hello/`, the measuring stick: a signed-in view that does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts import codes
from accounts.models import Challenge
from portal.urls import urlpatterns as portal_urls

CODE = "135790"
_derive = codes.code_for


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with the user's name: session and user lookup behind the middleware, and no more."""
    return HttpResponse(f"hello {request.user.get_username()}")


def code_for(challenge: Challenge) -> str:
    """Derive the code, which costs its time, and let every code be the same: a client cannot read text messages."""
    _derive(challenge)
    return CODE


codes.code_for = code_for
urlpatterns = [path("hello/", hello), *portal_urls]
