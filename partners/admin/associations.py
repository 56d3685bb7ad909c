"""Admin of associations and grants, read-only. Staff add them on the customer's page (partners/admin/tenants.py)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.admin.reasons import ReasonedAdmin
from partners.models import Association, Grant


@admin.register(Association)
class AssociationAdmin(ReasonedAdmin, ReadOnlyAdmin):
    section = "people"
    list_display = ("__str__", "customer", "partner", "model", "started_at", "ended_at")
    list_filter = ("model", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("customer", "partner__tenant")
    allowed_lookups = ("customer__id__exact", "partner__id__exact")
    search_fields = ("customer__key", "partner__tenant__key")
    search_help_text = gettext_lazy("The whole account ID of the customer or of the partner")
    ordering = ("-id",)
    fields = ("customer", "partner", "model", "started_at", "ended_at", "ended_by")

    def links(self, row: Association) -> list[tuple[str, str]]:
        log = reverse("admin:accounts_operationlogentry_changelist")
        requests = reverse("admin:partners_disassociationrequest_changelist")
        return [
            (_("Requests"), f"{requests}?association__id__exact={row.pk}"),
            (_("Operation log"), f"{log}?chain__exact={row.chain}"),
        ]


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    section = "rules"
    list_display = ("__str__", "customer", "granted_by", "reason", "created_at", "expires_at", "used_by")
    list_select_related = ("customer", "granted_by", "used_by")
    allowed_lookups = ("customer__id__exact",)
    search_fields = ("customer__key",)
    search_help_text = gettext_lazy("The customer's whole account ID")
    ordering = ("-id",)
    fields = ("customer", "granted_by", "reason", "created_at", "expires_at", "used_by")
