"""The form that marks the inbox as read."""

from django import forms


class MarkReadForm(forms.Form):
    """`until`: when the page was rendered. What came later was never seen, so it stays unread."""

    until = forms.DateTimeField(widget=forms.HiddenInput)
