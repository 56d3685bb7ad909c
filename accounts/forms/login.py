"""The form of the login page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

WRONG = _("The username or the password is not correct. Check both and try again")


class LoginForm(forms.Form):
    username = forms.CharField(
        label=_("Username or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter your username or e-mail address")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    user: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Authenticate the user. The error does not reveal whether the username or the password was wrong."""
        data: dict[str, Any] = super().clean() or {}
        if "username" in data and "password" in data:
            self.user = authenticate(self.request, username=data["username"], password=data["password"])
            if self.user is None:
                self.add_error("username", WRONG)
        return data
