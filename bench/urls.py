"""The portal's addresses and `hello/`, the measuring stick: a signed-in view that does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as portal_urls


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with the user's name: session and user lookup behind the portal's middleware, and no more."""
    return HttpResponse(f"hello {request.user.get_username()}")


urlpatterns = [path("hello/", hello), *portal_urls]
