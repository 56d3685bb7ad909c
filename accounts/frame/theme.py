"""The theme of the pages, light or dark: the reader's choice in a cookie. Without it the device decides."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark")
KEPT_FOR = timedelta(days=365)


def chosen(request: HttpRequest) -> str:
    """Return the theme of the cookie, or "" for the device's."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return theme if theme in THEMES else ""


def keep(response: HttpResponse, theme: str) -> None:
    """Store a theme in the cookie. Any other word deletes the cookie: the device decides again."""
    if theme not in THEMES:
        response.delete_cookie(settings.THEME_COOKIE_NAME, samesite="Lax")
        return
    response.set_cookie(
        settings.THEME_COOKIE_NAME,
        theme,
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
