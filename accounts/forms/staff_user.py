"""Admin forms that add and change logins, with readable errors for the database constraints of User."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:
    UserModelForm = forms.ModelForm


class ChangeUserForm(UserModelForm):
    """Tenant and staff status are set when a login is added, and never change."""

    class Meta:
        model = User
        fields = ("username", "email", "first_name", "last_name", "role", "language", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean_username(self) -> str:
        return self._free("username", _("Another login has this username, or one that reads like it."))

    def clean_email(self) -> str:
        return self._free("email", _("Another login has this e-mail address, or one that reads like it."))

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if self.instance.pk and self.instance.tenant_id and not role:
            raise ValidationError(_("Choose the role in the organisation."))
        return role

    def _free(self, field: str, message: Any) -> str:
        """Require a value that no other login has or reads like. A value that stays is not checked again."""
        value: str = self.cleaned_data[field]
        others = User.objects.exclude(pk=self.instance.pk)
        if field in self.changed_data and others.reading_like(field, value).exists():
            raise ValidationError(message)
        return value


class NewUserForm(ChangeUserForm):
    """Adds a login of a tenant, with a role, or of vendor staff. The password is set afterwards."""

    class Meta(ChangeUserForm.Meta):
        fields = ("username", "email", "first_name", "last_name", "tenant", "role", "language", "is_staff")  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("is_staff"):
            self._check_staff(data)
        else:
            self._check_member(data)
        return data

    def _check_staff(self, data: dict[str, Any]) -> None:
        if data.get("tenant"):
            self.add_error("tenant", _("Vendor staff do not belong to a tenant."))
        if data.get("role"):
            self.add_error("role", _("Vendor staff do not have a role in a tenant."))

    def _check_member(self, data: dict[str, Any]) -> None:
        if "tenant" in data and not data["tenant"]:
            self.add_error("tenant", _("Choose the tenant of the login."))
        if "role" in data and not data["role"]:
            self.add_error("role", _("Choose the role in the organisation."))

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)
