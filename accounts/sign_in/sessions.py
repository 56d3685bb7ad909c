"""Session expiry and key rotation: a session ends after 30 idle minutes, after 12 hours, and with the sign-out.

The time of the last request is saved at most once a minute, so that page views write little.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
STAMP_EVERY = timedelta(minutes=1)
GRACE = timedelta(seconds=10)
STARTED, SEEN = "session_started", "session_seen"
ROTATED_FROM, ROTATED_TO = "session_rotated_from", "session_rotated_to"
NextLayer = Callable[[HttpRequest], HttpResponseBase]


def _now() -> int:
    return int(timezone.now().timestamp())


@receiver(user_logged_in, dispatch_uid="accounts.sign_in.sessions.start")
def start(request: HttpRequest, **_kwargs: Any) -> None:
    request.session[STARTED] = request.session[SEEN] = _now()


def rotate(request: HttpRequest) -> None:
    """Rotate the session key after a correct code, against session fixation.

    The old key expires 10 s later, so that the second request of a double click still works. The CSRF token stays, so
    that forms on pages behind the back button still work. A session that ended since it was read gets no new key, and
    the browser keeps the cookie that it has now.
    """
    session, old_key, data = request.session, request.session.session_key, dict(request.session.items())
    with transaction.atomic():
        if (row := _locked(old_key)) is None:
            session.modified = False
            return
        session[ROTATED_FROM], session[ROTATED_TO] = old_key, row.get_decoded().get(ROTATED_TO)
        session.create()
        _end_soon(old_key, {**data, ROTATED_TO: session.session_key})


def _locked(key: str | None) -> Session | None:
    """Lock the row of a live session until the transaction ends, so that sign-out and rotation wait for each other."""
    live = Session.objects.filter(session_key=key, expire_date__gt=timezone.now())
    return live.select_for_update().first()


def _end_soon(key: str | None, data: dict[str, Any]) -> None:
    encoded = SessionStore().encode({**data, "_session_expiry": int(GRACE.total_seconds())})
    Session.objects.filter(session_key=key).update(session_data=encoded, expire_date=timezone.now() + GRACE)


@receiver(user_logged_out, dispatch_uid="accounts.sign_in.sessions.end")
def end(request: HttpRequest, **_kwargs: Any) -> None:
    """Delete the session on sign-out under its older and its newer keys, too."""
    with transaction.atomic():
        for key in (request.session.get(ROTATED_FROM), request.session.session_key):
            while row := _locked(key):
                key = row.get_decoded().get(ROTATED_TO)
                row.delete()


class SessionExpiryMiddleware:
    """Sign out expired sessions. Belongs after the message middleware, because it adds a message."""

    def __init__(self, get_response: NextLayer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._check(request)
        elif SESSION_KEY in request.session:
            request.session.flush()  # the user was deactivated; a later reactivation must not revive this session
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def _check(self, request: HttpRequest) -> None:
        now, session = _now(), request.session
        started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
        if now - started >= ABSOLUTE.total_seconds() or now - seen >= IDLE.total_seconds():
            logout(request)
            messages.info(request, _("Your session ended, so we signed you out. Sign in again to continue."))
        elif now - seen >= STAMP_EVERY.total_seconds():
            session[SEEN] = now


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Redirect anonymous users to the login, with `next` set to a page: a POST cannot be repeated by a link."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        response = redirect_to_login(_page_of_form(request), self.get_login_url(view_func))
        response.status_code = 303
        return response


def _page_of_form(request: HttpRequest) -> str:
    """Return the path of our page with the form, from the Referer header, or "/"."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    return urlsplit(referer).path or "/"
