"""Forms that request a password link, set a password by it, and change a password."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.address_fields import AddressFormField
from accounts.models import User
from accounts.operations.password import change_password, set_password_by_link
from accounts.operations.password_link import claim_password_link
from accounts.sign_in.backends import AccountBackend, find, knows_password


def link_hours() -> int:
    """Return how many hours a password link is valid."""
    return settings.PASSWORD_RESET_TIMEOUT // 3600


class ResetForm(PasswordResetForm):
    """Requests a link by e-mail address. The response does not reveal whether the address belongs to a user."""

    email = AddressFormField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address in the form name@organisation.example"),
        },
    )

    def get_users(self, email: str) -> Iterable[User]:
        """Return the active user, also without a usable password: new users set their first one by a link."""
        user = find(email)
        return [user] if AccountBackend().user_can_authenticate(user) and user is not None else []

    def send(self) -> None:
        """Mail the link. Its host is from PUBLIC_URL, because a request's Host header could be forged."""
        about: dict[str, Any] = {
            "product_name": settings.PRODUCT_NAME,
            "public_url": settings.PUBLIC_URL,
            "hours": link_hours(),
        }
        for user in self.get_users(self.cleaned_data["email"]):
            if not claim_password_link(user=user):
                continue
            with translation.override(user.language):
                self.save(
                    domain_override=urlsplit(settings.PUBLIC_URL).netloc,
                    use_https=settings.PUBLIC_URL.startswith("https:"),
                    subject_template_name="accounts/password_reset_subject.txt",
                    email_template_name="accounts/password_reset_email.txt",
                    html_email_template_name="accounts/password_reset_email.html",
                    extra_email_context=about,
                )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password, typed twice."""

    error_messages = {**SetPasswordForm.error_messages, "password_mismatch": _("The two passwords are not the same")}
    new_password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=4096,
        help_text=_("At least 12 characters, and not a common password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a new password")},
    )
    new_password2 = forms.CharField(
        label=_("Repeat new password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Repeat the new password")},
    )

    def save(self, commit: bool = True) -> User:
        set_password_by_link(actor=self.user, password=self.cleaned_data["new_password1"])
        return cast("User", self.user)


class ChangePasswordForm(NewPasswordForm):
    """The current password, then a new one, typed twice."""

    old_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your current password")},
    )
    field_order = ("old_password", "new_password1", "new_password2")
    is_password_wrong = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not knows_password(self.request, password):
            self.is_password_wrong = True
            raise ValidationError(_("That password is not correct"))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        new = cleaned.get("new_password1")
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password1", _("Enter a password that is not your current one"))
        return cleaned

    def save(self, commit: bool = True) -> User:
        change_password(actor=self.user, password=self.cleaned_data["new_password1"])
        return cast("User", self.user)
