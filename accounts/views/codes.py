"""The answer to somebody who asked for too many codes or tried too many: 429, on every page that takes codes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.verification import Limited, Locked
from accounts.verification.words import ended
from accounts.views.errors import too_many_requests


def too_many_codes(request: HttpRequest, answer: Limited | Locked) -> HttpResponse:
    """Say which limit holds, and until when (Retry-After)."""
    until = answer.until if isinstance(answer, Locked) else answer.retry_at
    return too_many_requests(request, ended(answer), until)
