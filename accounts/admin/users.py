"""Admin of logins. Only superusers may change logins of staff and their permissions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import signed_in
from accounts.addresses import comparable_address
from accounts.admin.model_admins import LoggedAdmin
from accounts.admin.passwords import SEND_LINK, SET_PASSWORD
from accounts.admin.reasons import ReasonedAdmin
from accounts.forms.staff_user import ChangeUserForm, NewUserForm
from accounts.masking import mask_email
from accounts.models import User

OF_STAFF = ("is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(ReasonedAdmin, LoggedAdmin):
    section = "people"
    form = ChangeUserForm
    verbs = (SET_PASSWORD, SEND_LINK)
    list_display = ("username", "masked_email", "tenant", "role", "is_staff", "is_active", "last_login")
    list_filter = ("role", "is_staff", "is_active")
    list_select_related = ("tenant",)
    allowed_lookups = ("tenant__id__exact",)
    search_help_text = _("The beginning of the username, or the whole e-mail address")
    search_fields = ("username__startswith",)
    ordering = ("username",)
    sortable_by = ("username",)
    raw_id_fields = ("tenant",)
    filter_horizontal = ("groups", "user_permissions")

    @admin.display(description=_("e-mail address"))
    def masked_email(self, user: User) -> str:
        return mask_email(user.email)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if "@" not in text:
            return super().get_search_results(request, queryset, text)
        return queryset.filter(email_key=comparable_address(text)), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_superuser = signed_in(request).is_superuser
        sets = [
            (None, {"fields": ("username", "email", "first_name", "last_name", "language")}),
            (_("Organisation"), {"fields": ("tenant", "role")}),
        ]
        if obj is None:
            return [*sets, (_("Staff"), {"fields": ("is_staff",)})] if is_superuser else sets
        more = OF_STAFF if obj.is_staff and is_superuser else ()
        return [
            *sets,
            (_("Permissions"), {"fields": ("is_active", "is_staff", *more)}),
            (_("Dates"), {"fields": ("last_login", "date_joined")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Users never change their tenant or become staff, and staff cannot deactivate themselves."""
        if obj is None:
            return ()
        names = ("tenant", "is_staff", "last_login", "date_joined", *(("role",) if obj.is_staff else ()))
        return (*names, "is_active", "is_superuser") if obj == signed_in(request) else names

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self.may_act(request, obj))

    def may_act(self, request: HttpRequest, row: User) -> bool:
        return signed_in(request).is_superuser or not row.is_staff

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name == "user_permissions":
            kwargs["queryset"] = db_field.related_model._default_manager.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)
