"""Passwords: ask for a link by mail, set a new one by it, change one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axes.utils import reset
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import signed_in, tenant_page
from accounts.denials import log_denied_as
from accounts.forms.password import ChangePasswordForm, NewPasswordForm, ResetForm, link_hours
from accounts.models import Operation
from accounts.normalization import normal_form
from accounts.operations.password import note_refused_change
from accounts.sign_in.backends import AccountBackend
from accounts.views.responses import see_path


class RedirectThen(HttpResponseRedirect):
    """Answers first and works afterwards, so that the time of the answer says nothing about the work."""

    def __init__(self, to: str, work: Callable[[], None]) -> None:
        super().__init__(to, status=303)
        self.work = work

    def close(self) -> None:
        """Called by the server once everything has been sent."""
        try:
            self.work()
        finally:
            super().close()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    form = ResetForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/password_reset.html", {"form": form}, status=422 if form.is_bound else 200)
    return RedirectThen(reverse("accounts:password_reset_done"), form.send)


@login_not_required
@require_safe
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_done.html", {"hours": link_hours()})


class ConfirmView(PasswordResetConfirmView):
    """Django's own: it keeps the token out of the address of the form, and every old session ends."""

    form_class = NewPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("accounts:login")

    def get_user(self, uidb64: str) -> Any:
        """The owner of the link, unless the login or its organisation was closed since."""
        user = super().get_user(uidb64)
        return user if AccountBackend().user_can_authenticate(user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(hours=link_hours(), **kwargs)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        reset(username=normal_form(form.user.username))  # whoever reads the mailbox is not the one who guessed
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


# Django's view answers a PUT like a POST, and any method where the link is not good.
password_reset_confirm = require_http_methods(["GET", "HEAD", "POST"])(ConfirmView.as_view())


class ChangeView(PasswordChangeView):
    """Django's own: this session goes on under a new key, every other one ends. The admin shows it to staff."""

    form_class = ChangePasswordForm  # type: ignore[assignment]
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:account")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        messages.success(self.request, _("Your password is changed. Every other session of yours has ended."))
        return see_path(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.is_password_wrong:
            note_refused_change(actor=signed_in(self.request))
        return self.render_to_response(self.get_context_data(form=form), status=422)


password_change = require_http_methods(["GET", "HEAD", "POST"])(
    log_denied_as(Operation.RECORD_CHANGED)(tenant_page(ChangeView.as_view()))
)
