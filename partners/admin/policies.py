"""Admin of policies and statements. A change adds a version; existing versions are read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.access import signed_in
from accounts.admin.model_admins import LoggedAdmin
from partners.forms.versions import PolicyForm, StatementForm
from partners.models import Policy, Statement
from partners.operations.put_in_force import put_in_force


class VersionedAdmin(LoggedAdmin):
    """The add form starts with the values of the version in force."""

    section = "rules"
    list_select_related = ("created_by",)
    ordering = ("-version",)
    list_display: tuple[str, ...] = ("__str__", "created_at", "created_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["follows", *self._names] if obj is None else ["version", "created_at", "created_by", *self._names]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        current = self.model.current()
        return {"follows": current.version, **{name: getattr(current, name) for name in self._names}}

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        follows = form.cleaned_data["follows"]
        put_in_force(actor=signed_in(request), draft=obj, follows=follows, changed=self._changed(form))

    def _changed(self, form: ModelForm[Any]) -> list[str]:
        current = self.model.current()
        return [name for name in self._names if form.cleaned_data[name] != getattr(current, name)]

    @property
    def _names(self) -> list[str]:
        """The fields of the model, without `follows`."""
        return [name for name in self.form.base_fields if name != "follows"]


@admin.register(Policy)
class PolicyAdmin(VersionedAdmin):
    form = PolicyForm
    list_display = (*VersionedAdmin.list_display, "request_limit", "request_window_months", "deadline_days")


@admin.register(Statement)
class StatementAdmin(VersionedAdmin):
    form = StatementForm
