"""The form of the verification code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.codes import plain_digits

DIGITS = 6


class CodeForm(forms.Form):
    """Field `code`: six digits; spaces and hyphens are accepted. Whether they are right, `redeem` says."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        error_messages={"required": _("Enter the verification code")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "class": "field__input--code",
            }
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False)

    def clean_code(self) -> str:
        digits = plain_digits(self.cleaned_data["code"])
        if len(digits) != DIGITS or not digits.isdecimal():
            raise forms.ValidationError(_("Enter the 6 digits of the code"))
        return digits

    def refuse(self, words: str, *, at_field: bool) -> None:
        """Show `words` as the one error, and the field empty: what was typed is of no more use."""
        self.errors.clear()
        self.add_error("code" if at_field else None, words)
        self.data = {}
