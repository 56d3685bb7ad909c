"""What no browser sends and the layers below would stumble over: set right or refused before anything reads it."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase


class UnreadableMiddleware:
    """Stands above the session, whose key is the first that is looked up in the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _drop_cookies_with_nul(request)
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("Forms are UTF-8.")
        return self.get_response(request)


def _drop_cookies_with_nul(request: HttpRequest) -> None:
    """A quoted cookie may spell a NUL byte (`\\000`), and PostgreSQL takes none."""
    for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
        del request.COOKIES[name]
