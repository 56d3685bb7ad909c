"""Admin of tenants and member accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.admin.model_admins import LoggedAdmin
from accounts.admin.reasons import ReasonedAdmin
from accounts.masking import mask_email
from accounts.models import MemberAccount, Tenant


@admin.register(Tenant)
class TenantAdmin(ReasonedAdmin, LoggedAdmin):
    """Tenants are deactivated, never deleted. Their kind and account ID never change."""

    section = "people"
    list_display = ("name", "key", "kind", "currency", "masked_email", "is_active")
    list_filter = ("kind", "is_active", "is_master", "is_frozen")
    search_fields = ("key__startswith", "name__startswith")
    search_help_text = gettext_lazy("The beginning of the account ID or of the name")
    ordering = ("name", "id")
    sortable_by = ("name", "key")
    fixed = ("key", "kind")
    readonly_fields = ("public_key", "created_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hide generated fields on the add form, which would show another random key each time."""
        sets = [
            (None, {"fields": ("name", "key", "kind", "currency")}),
            (_("Contact"), {"fields": ("contact_email", "contact_phone")}),
            (_("State"), {"fields": ("is_active", "is_frozen", "is_master")}),
        ]
        return [*sets, (_("Technical"), {"fields": self.readonly_fields})] if obj else sets

    @admin.display(description=gettext_lazy("contact"))
    def masked_email(self, tenant: Tenant) -> str:
        return mask_email(tenant.contact_email)

    def links(self, row: Tenant) -> list[tuple[str, str]]:
        log = reverse("admin:accounts_operationlogentry_changelist")
        return [
            (_("Users"), f"{reverse('admin:accounts_user_changelist')}?tenant__id__exact={row.pk}"),
            (_("Operation log"), f"{log}?{row.kind}__id__exact={row.pk}"),
        ]


@admin.register(MemberAccount)
class MemberAccountAdmin(LoggedAdmin):
    section = "people"
    list_display = ("member", "master", "accounting", "since_on")
    list_filter = ("accounting",)
    list_select_related = ("member", "master")
    search_fields = ("member__key", "master__key")
    search_help_text = gettext_lazy("The account ID of the member or of its master")
    ordering = ("-id",)
    raw_id_fields = ("master", "member")
    fixed = ("member", "master")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        customers = Tenant.objects.customers()
        kwargs["queryset"] = customers.filter(is_master=True) if db_field.name == "master" else customers
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
