"""The way back to the account check, for who came to the account center from there to settle something."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from accounts.views.responses import see_path

CHECK = "partners:disassociate"
QUERY = "?from=check"


def came_from_check(request: HttpRequest) -> bool:
    """Whether the page was opened from the check, or from a page that was (`?from=check`)."""
    return request.GET.get("from") == "check" or _path_of(request.headers.get("Referer", "")) == reverse(CHECK)


def _path_of(referer: str) -> str:
    try:
        return urlsplit(referer).path
    except ValueError:  # anybody can send any header
        return ""


def see_account(fragment: str, *, from_check: bool) -> HttpResponseRedirect:
    """Redirect a POST to a card of the account center, which offers the way back."""
    return see_path(f"{reverse('accounts:account')}{QUERY if from_check else ''}#{fragment}")
