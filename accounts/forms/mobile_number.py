"""Forms that set or replace a mobile number: number and password, then the code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms.code import CodeForm
from accounts.forms.numbers import e164
from accounts.models import Purpose
from accounts.sign_in.backends import knows_password


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        help_text=_("With the country code, for example +44 7700 900418."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
        error_messages={
            "required": _("Enter your mobile number"),
            "max_length": _("The number is too long or too short for its country. Check it"),
        },
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=4096,
        strip=False,
        help_text=_("We ask for it again because verification codes will go to this number."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )
    is_password_wrong = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_number(self) -> str:
        return e164(self.cleaned_data["number"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not knows_password(self.request, password):
            self.is_password_wrong = True
            raise ValidationError(_("That password is not correct"))
        return password


class NumberCodeForm(CodeForm):
    """`purpose` says which of the two codes it is, so that a stale browser tab does not cause a wrong try."""

    purpose = forms.ChoiceField(
        choices=[(word.value, word.value) for word in (Purpose.RELEASE_NUMBER, Purpose.CONFIRM_NUMBER)],
        widget=forms.HiddenInput,
    )
