"""The form of the billing currency."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.billing.currencies import CURRENCIES

CHOICES = [("", _("Choose a currency")), *((code, code) for code in CURRENCIES)]


class CurrencyForm(forms.Form):
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=CHOICES,
        help_text=_("The ISO 4217 code, such as EUR. You cannot change it while you have a partner."),
        error_messages={
            "required": _("Choose the currency in which you are billed"),
            "invalid_choice": _("Choose a currency from the list"),
        },
    )
