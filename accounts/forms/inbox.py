"""The form that marks the inbox as read."""

from datetime import UTC, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Moments that every time zone and both databases can hold.
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


class MarkReadForm(forms.Form):
    """`until`: when the page was rendered. What came later was never seen, so it stays unread."""

    until = forms.DateTimeField(
        widget=forms.HiddenInput, validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)]
    )
