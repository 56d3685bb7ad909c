"""Form and model fields for e-mail addresses, which convert to the stored form of `accounts/addresses.py`."""

from __future__ import annotations

from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.addresses import stored_address, stored_or_same

INVALID = _("Enter an e-mail address in the form name@organisation.example")


def validate_domain(address: str) -> None:
    """Raise ValidationError for a domain that is invalid in IDNA 2008."""
    try:
        stored_address(address)
    except idna.IDNAError:
        raise ValidationError(INVALID, code="invalid") from None


class AddressFormField(forms.EmailField):
    """An e-mail field that accepts every IDNA 2008 domain and returns the stored form."""

    default_error_messages = {"invalid": INVALID}

    def to_python(self, value: Any) -> Any:
        address = super().to_python(value) or ""
        validate_domain(address)
        return stored_or_same(address)


class AddressField(models.EmailField):  # type: ignore[type-arg]
    """An e-mail column in the stored form. Saved values and lookups are converted to it."""

    default_validators = [*models.EmailField.default_validators, validate_domain]

    def deconstruct(self) -> Any:
        """Migrations see a plain EmailField."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options

    def to_python(self, value: Any) -> Any:
        address = super().to_python(value)
        return stored_or_same(address) if isinstance(address, str) else address

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": AddressFormField, **options})
