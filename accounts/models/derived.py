"""Columns of a login that are derived from its username and its e-mail address, so that logins can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from accounts.addresses import address_skeleton, comparable_address
from accounts.normalization import normal_form, skeleton

DERIVED: dict[str, tuple[str, Callable[[str], str]]] = {
    "username_key": ("username", normal_form),
    "username_skeleton": ("username", skeleton),
    "email_key": ("email", comparable_address),
    "email_skeleton": ("email", address_skeleton),
}


def derive(column: str, text: str) -> str:
    """Return the value of the derived column for `text`."""
    _source, function = DERIVED[column]
    return function(text)


class DerivedField(models.TextField):  # type: ignore[type-arg]
    """Computed from its source column on every save. NULL stays NULL: an older login has the same value."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"null": True, "editable": False, **options})

    def deconstruct(self) -> Any:
        """Migrations see a plain TextField."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        kept: str | None = getattr(model_instance, self.attname)
        if kept is None and not add:
            return None
        source, function = DERIVED[self.attname]
        value = function(getattr(model_instance, source))
        setattr(model_instance, self.attname, value)
        return value
