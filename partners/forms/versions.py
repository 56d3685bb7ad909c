"""Admin forms of the next version of the policy and of the statement."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from partners.eligibility import CHECKS
from partners.models import Policy, Statement

if TYPE_CHECKING:
    PolicyModelForm = forms.ModelForm[Policy]
    StatementModelForm = forms.ModelForm[Statement]
else:
    PolicyModelForm = StatementModelForm = forms.ModelForm

CODES = [(check.code, check.title) for check in CHECKS]
PLACEHOLDERS = frozenset({"vendor", "partner"})


def checks_field(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=CODES, widget=forms.CheckboxSelectMultiple)


class Following(forms.Form):
    """Carries the version that the form was opened with, to detect concurrent changes."""

    follows = forms.IntegerField(label=gettext_lazy("follows version"), min_value=1, widget=forms.HiddenInput)


class PolicyForm(PolicyModelForm, Following):
    reseller_checks = checks_field(gettext_lazy("Checks for resellers"))
    referral_checks = checks_field(gettext_lazy("Checks for referrals"))

    class Meta:
        model = Policy
        # Nothing acts on the last three fields yet, so the next version copies them.
        exclude = ("version", "created_by", "timeout_action", "hard_stop_days", "hard_stop_completes")

    def clean_deadline_days(self) -> int:
        """Refuse a deadline after the hard stop, which is copied from the current version."""
        days: int = self.cleaned_data["deadline_days"]
        stop = Policy.current().hard_stop_days
        if days > stop:
            raise ValidationError(
                _("Enter at most %(days)d days. Every request ends after that time.") % {"days": stop}
            )
        return days


class StatementForm(StatementModelForm, Following):
    class Meta:
        model = Statement
        fields = ("changes", "stays", "referral_changes", "referral_stays")

    def clean_changes(self) -> str:
        return _checked(self.cleaned_data["changes"])

    def clean_stays(self) -> str:
        return _checked(self.cleaned_data["stays"])

    def clean_referral_changes(self) -> str:
        return _checked(self.cleaned_data["referral_changes"])

    def clean_referral_stays(self) -> str:
        return _checked(self.cleaned_data["referral_stays"])


def _checked(text: str) -> str:
    """Validate the placeholders of every line, because an error on the customer's page would be noticed too late."""
    try:
        parts = [part for line in text.splitlines() for part in Formatter().parse(line)]
    except ValueError:
        raise ValidationError(_("Close every brace. Write {vendor} or {partner}, and {{ for a brace itself.")) from None
    names = {name for _text, name, _spec, _conversion in parts if name is not None}
    if not names <= PLACEHOLDERS or any(spec or conversion for _text, _name, spec, conversion in parts):
        raise ValidationError(_("Use only {vendor} and {partner} in braces."))
    return text
