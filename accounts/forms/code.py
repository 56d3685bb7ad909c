"""The form of a verification code, with the field `code`. Every code page uses it or a subclass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.codes import DIGITS, plain_digits


class CodeField(forms.CharField):
    """Cleans to the six digits. Other input is invalid and does not count as a wrong try."""

    widget = forms.TextInput(
        attrs={
            "class": "field__input--code",
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
            "dir": "ltr",
            "autofocus": True,
        }
    )

    def __init__(self) -> None:
        super().__init__(
            label=_("Verification code"),
            help_text=_("6 digits. You can type spaces and hyphens."),
            max_length=40,
            error_messages={
                "required": _("Enter the code from the text message"),
                "max_length": _("Enter the 6 digits of the code"),
            },
        )

    def clean(self, value: Any) -> str:
        digits = plain_digits(super().clean(value))
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("Enter the 6 digits of the code"))
        return digits


class CodeForm(forms.Form):
    """Validates the format alone. `accounts.verification.redeem` compares the code."""

    code = CodeField()

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False)

    @classmethod
    def refused(cls, words: str, *, at_field: bool) -> Self:
        """Return an empty form with `words` as its only error. The typed code is not shown again."""
        form = cls({})
        form.errors.clear()
        form.add_error("code" if at_field else None, words)
        return form
