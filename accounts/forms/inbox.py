"""The form that marks the inbox as read."""

from datetime import UTC, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Limits that every time zone and both databases can represent.
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


class MarkReadForm(forms.Form):
    """`until` is when the page was rendered. Later notifications were not shown, so they stay unread."""

    until = forms.DateTimeField(
        widget=forms.HiddenInput, validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)]
    )
