"""The field in which a verification code is typed, wherever one is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.codes import DIGITS, plain_digits


class CodeField(forms.CharField):
    """Gives the digits alone. What cannot be a code is refused here and is not a try."""

    widget = forms.TextInput(
        attrs={
            "class": "field__input--code",
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
            "dir": "ltr",
        }
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Verification code"))
        kwargs.setdefault("help_text", _("6 digits. Spaces and hyphens do not matter."))
        kwargs.setdefault("error_messages", {"required": _("Enter the code from the text message")})
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        digits = plain_digits(super().clean(value))
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("Enter the 6 digits of the code"))
        return digits
