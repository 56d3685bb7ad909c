"""Admin of partners, the tenants that resell or refer. All other data of a partner is in its tenant."""

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
from accounts.models import Tenant
from partners.models import Partner


@admin.register(Partner)
class PartnerAdmin(ReasonedAdmin, LoggedAdmin):
    section = "people"
    list_display = ("tenant", "account_id", "is_active", "created_at")
    list_select_related = ("tenant",)
    search_fields = ("tenant__key", "tenant__name")
    search_help_text = gettext_lazy("The whole account ID or the whole name")
    ordering = ("-id",)
    raw_id_fields = ("tenant",)
    fixed = ("tenant",)
    readonly_fields = ("created_at",)
    fields = ("tenant", "created_at")

    @admin.display(description=gettext_lazy("account ID"))
    def account_id(self, partner: Partner) -> str:
        return partner.tenant.key

    @admin.display(description=gettext_lazy("active"), boolean=True)
    def is_active(self, partner: Partner) -> bool:
        return partner.tenant.is_active

    def links(self, row: Partner) -> list[tuple[str, str]]:
        associations = reverse("admin:partners_association_changelist")
        return [(_("Associations"), f"{associations}?partner__id__exact={row.pk}")]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs["queryset"] = Tenant.objects.filter(kind=Tenant.Kind.PARTNER)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
