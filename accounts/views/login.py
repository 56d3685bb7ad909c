"""Views of login and logout, and the response of a lockout."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.login import LoginForm
from accounts.sign_in.throttle import is_locked_for_all, locked_until
from accounts.views.errors import too_many_requests
from accounts.views.responses import next_or_home, see_other, see_path


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show the login form, or sign in and redirect to `next` if it is a page of this portal."""
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(next_or_home(request, request.GET.get("next", "")))
    form = LoginForm(request, request.POST or None, initial={"next": request.GET.get("next", "")})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/login.html", {"form": form}, status=status)
    auth.login(request, form.user)
    return see_path(next_or_home(request, form.cleaned_data["next"]))


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out and delete the session row, so that a stolen cookie is worthless."""
    auth.logout(request)
    messages.success(request, _("You are signed out."))
    response = see_other("accounts:login")
    response["Clear-Site-Data"] = '"cache"'
    return response


def locked_out(request: HttpRequest, _response: object, credentials: dict[str, Any] | None) -> HttpResponse:
    """Respond to a lockout by django-axes (AXES_LOCKOUT_CALLABLE)."""
    until = locked_until(request, credentials)
    minutes = max(1, math.ceil((until - timezone.now()) / timedelta(minutes=1)))
    text = _of_address(minutes) if is_locked_for_all(request, credentials) else _of_account(minutes)
    return too_many_requests(request, text % {"minutes": minutes}, until)


def _of_account(minutes: int) -> str:
    return ngettext(
        "Too many wrong passwords for this account. Try again in %(minutes)d minute, or reset your password.",
        "Too many wrong passwords for this account. Try again in %(minutes)d minutes, or reset your password.",
        minutes,
    )


def _of_address(minutes: int) -> str:
    return ngettext(
        "Too many wrong passwords came from your network, for several accounts. Try again in %(minutes)d minute.",
        "Too many wrong passwords came from your network, for several accounts. Try again in %(minutes)d minutes.",
        minutes,
    )
