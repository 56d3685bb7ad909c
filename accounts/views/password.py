"""Views that request a password link, set a password by it, and change a password."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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

from accounts.access import may_sign_in, signed_in, tenant_page
from accounts.denials import log_denied_as
from accounts.forms.password import ChangePasswordForm, NewPasswordForm, ResetForm
from accounts.models import Operation
from accounts.normalization import normal_form
from accounts.operations.password import note_refused_change
from accounts.operations.password_link import send_password_link
from accounts.password_links import link_hours
from accounts.views.responses import see_path


class RedirectThen(HttpResponseRedirect):
    """A redirect that runs `work` after the response, so that timing does not reveal whether an account exists."""

    def __init__(self, to: str, work: Callable[[], object]) -> None:
        super().__init__(to, status=303)
        self.work = work

    def close(self) -> None:
        """Run the work. The WSGI server calls this after it has sent the response."""
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
    user = form.user()
    work = partial(send_password_link, user=user) if user else _nothing
    return RedirectThen(reverse("accounts:password_reset_done"), work)


def _nothing() -> None:
    """Follow the response to an address of nobody."""


@login_not_required
@require_safe
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_done.html", {"hours": link_hours()})


class ConfirmView(PasswordResetConfirmView):
    """Django's view. It keeps the token out of the form's URL. The new password ends all sessions of the user."""

    form_class = NewPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("accounts:login")

    def get_user(self, uidb64: str) -> Any:
        """Return the user of the link, or None if they or their tenant were deactivated since."""
        user = super().get_user(uidb64)
        return user if user is not None and may_sign_in(user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(hours=link_hours(), **kwargs)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        reset(username=normal_form(form.user.username))  # the owner of the mailbox is no attacker
        messages.success(self.request, _("We have set your new password. Sign in with it."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


# Django's view treats PUT like POST, and accepts every method if the link is invalid.
password_reset_confirm = require_http_methods(["GET", "HEAD", "POST"])(ConfirmView.as_view())


class ChangeView(PasswordChangeView):
    """Django's view. This session gets a new key, all others of the user end. The admin uses it for staff."""

    form_class = ChangePasswordForm  # type: ignore[assignment]
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:account")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        messages.success(self.request, _("We have changed your password and signed you out everywhere else."))
        return see_path(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.is_password_wrong:
            note_refused_change(actor=signed_in(self.request))
        return self.render_to_response(self.get_context_data(form=form), status=422)


password_change = require_http_methods(["GET", "HEAD", "POST"])(
    log_denied_as(Operation.RECORD_CHANGED)(tenant_page(ChangeView.as_view()))
)
