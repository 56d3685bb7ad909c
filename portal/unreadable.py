"""What no browser sends and the layers below would stumble over: set right or refused before anything reads it."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponseBase


class UnreadableMiddleware:
    """Stands above the session, whose key is the first that is looked up in the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _drop_cookies_with_nul(request)
        if not _is_utf8((request.content_params or {}).get("charset", "utf-8")):
            raise BadRequest("Forms are UTF-8.")
        return self.get_response(request)


def _drop_cookies_with_nul(request: HttpRequest) -> None:
    """A quoted cookie may spell a NUL byte (`\\000`), and PostgreSQL takes none."""
    for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
        del request.COOKIES[name]


def _is_utf8(charset: str) -> bool:
    """Whether it is UTF-8 by any name; one that nobody knows is passed over, as Django does."""
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return True


class Utf8Request(WSGIRequest):
    """Reads its address as UTF-8 whatever the content type claims.

    Django decodes the query by that claim while it makes the request, where no middleware can answer for it.
    """

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass


class Utf8Handler(WSGIHandler):
    request_class = Utf8Request
