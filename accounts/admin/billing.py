"""Admin of the billing facts and of their feeds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.model_admins import LoggedAdmin
from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    Order,
    ReservedInstance,
    SupportPlan,
    Tenant,
)


class FactAdmin(LoggedAdmin):
    """A fact of one customer. The customer never changes."""

    section = "billing"
    list_select_related = ("tenant",)
    search_fields = ("tenant__key",)
    search_help_text = _("The whole account ID")
    ordering = ("-id",)
    raw_id_fields = ("tenant",)
    fixed: tuple[str, ...] = ("tenant",)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        return super().formfield_for_foreignkey(db_field, request, queryset=Tenant.objects.customers(), **kwargs)


@admin.register(Order)
class OrderAdmin(FactAdmin):
    list_display = ("number", "tenant", "ordered_on", "amount", "currency", "status")
    list_filter = ("status",)


@admin.register(Arrears)
class ArrearsAdmin(FactAdmin):
    list_display = ("tenant", "amount", "since_on", "credit_limit", "credit_used", "currency")


class TermAdmin(FactAdmin):
    list_display: tuple[str, ...] = ("number", "tenant", "name", "starts_at", "ends_at", "ended_at")
    readonly_fields = ("reported_for", "omitted_for", "is_applied_only")


@admin.register(ReservedInstance)
class ReservedInstanceAdmin(TermAdmin):
    pass


@admin.register(SupportPlan)
class SupportPlanAdmin(TermAdmin):
    list_display = (*TermAdmin.list_display, "provider")
    list_filter = ("provider",)


@admin.register(CommerceContract)
class CommerceContractAdmin(TermAdmin):
    pass


@admin.register(FactFeed)
class FactFeedAdmin(FactAdmin):
    """Which system keeps a kind of fact. Only an import writes `synced_at`."""

    section = "advanced"
    list_display = ("tenant", "kind", "keeper", "synced_at")
    list_filter = ("kind", "keeper")
    fixed = ("tenant", "kind")
    readonly_fields = ("synced_at",)
