"""Rendered pages that still hold: kept in this process under a key that changes whenever what they show does.

A page is kept without the token of its forms, which is put in anew for each answer. Whoever keeps a page names its
version and says until when time alone leaves it as it is; what was written past the operations shows after a minute.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from accounts.access import signed_in

AT_MOST = timedelta(minutes=1)
TOKEN = f"token-{secrets.token_hex(32)}"  # stands for the form token; drawn by chance, so no text can hold it


@dataclass(frozen=True)
class CacheablePage:
    """A template with its context; until `holds_until` only what the version covers changes it."""

    template: str
    context: Mapping[str, Any]
    holds_until: datetime


def answer(request: HttpRequest, *, version: str, make: Callable[[], CacheablePage]) -> HttpResponse:
    """Answer with the page that is kept for this kind of reader, or make it, and keep it while it holds.

    An empty version keeps nothing. The version must be read before anything that the page shows.
    """
    key = _key(request, version)
    html = caches["pages"].get(key) if key else None
    if html is None:
        page = make()
        html = render_to_string(page.template, {**page.context, "csrf_token": TOKEN}, request)
        if key:
            _keep(key, html, page.holds_until)
    return HttpResponse(html.replace(TOKEN, get_token(request)))


def _key(request: HttpRequest, version: str) -> str:
    """All that a page takes from its reader. A query or a waiting message makes a page of one moment."""
    if not version or request.META.get("QUERY_STRING") or len(get_messages(request)):
        return ""
    user = signed_in(request)
    unread = getattr(user, "unread_notifications", 0)
    return f"{request.path}:{user.tenant_id}:{user.role}:{unread}:{get_language()}:{version}"


def _keep(key: str, html: str, until: datetime) -> None:
    seconds = min(AT_MOST, until - timezone.now()).total_seconds()
    if seconds > 0:
        caches["pages"].set(key, html, seconds)
