"""Forms that request a password link, set a password by it, and change a password."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import may_sign_in
from accounts.address_fields import AddressFormField
from accounts.models import User
from accounts.operations.password import change_password, set_password_by_link
from accounts.sign_in.backends import find, knows_password


class ResetForm(forms.Form):
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

    def user(self) -> User | None:
        """Return the active user, also without a usable password: new users set their first one by a link."""
        user = find(self.cleaned_data["email"])
        return user if user is not None and may_sign_in(user) else None


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
