"""A text field for names and numbers: what nobody sees is not part of them."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.normalization import visible


class VisibleCharField(forms.CharField):
    """Drops control and format characters. What is empty to the eye is empty."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(visible(value) if isinstance(value, str) else value)
