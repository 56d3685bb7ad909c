"""Handling of malformed requests that no browser sends: NUL bytes in cookies, encodings other than UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponseBase


class UnreadableMiddleware:
    """Belongs before the session middleware, whose cookie is the first input that reaches the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _drop_cookies_with_nul(request)
        if not _is_utf8((request.content_params or {}).get("charset", "utf-8")):
            raise BadRequest("Forms are UTF-8.")
        return self.get_response(request)


def _drop_cookies_with_nul(request: HttpRequest) -> None:
    """Drop cookies with a NUL byte (quoted as `\\000`), because PostgreSQL cannot store it."""
    for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
        del request.COOKIES[name]


def _is_utf8(charset: str) -> bool:
    """Return whether the charset is a name of UTF-8, or unknown: Django ignores unknown charsets."""
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return True


class Utf8Request(WSGIRequest):
    """Decodes the query string as UTF-8, whatever charset the Content-Type header has.

    Django would decode it by that charset when it creates the request, before any middleware can handle the error.
    """

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass


class Utf8Handler(WSGIHandler):
    request_class = Utf8Request
