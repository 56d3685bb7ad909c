"""Admin of the operation log: all chains, read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.log.sentences import remark_of
from accounts.models import ChainHead, Operation, OperationLogEntry


class OperationFilter(admin.SimpleListFilter):
    """The operations that are written, as the customer's filter offers them."""

    title = _("operation")
    parameter_name = "operation__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Operation.offered()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(operation=self.value()) if self.value() else queryset


@admin.register(OperationLogEntry)
class OperationLogEntryAdmin(ReadOnlyAdmin):
    section = "work"
    list_display = ("at", "sentence", "result", "actor", "customer", "partner", "reference")
    list_filter = ("at", OperationFilter, "result")
    list_select_related = ("actor", "customer", "partner")
    allowed_lookups = ("chain__exact", "customer__id__exact", "partner__id__exact")
    search_fields = ("chain",)
    search_help_text = _("A whole chain, such as association:7, tenant:7 or vendor")
    ordering = ("-at", "-id")
    fieldsets = (
        (None, {"fields": ("at", "sentence", "remark", "operation", "result")}),
        (_("Who"), {"fields": ("side", "actor", "customer", "partner")}),
        (_("Request"), {"fields": ("reference", "status_before", "status_after")}),
        (_("Proof"), {"fields": ("chain", "seq", "payload", "previous_hash", "hash")}),
    )

    @admin.display(description=_("what happened"))
    def sentence(self, entry: OperationLogEntry) -> str:
        return entry.sentence

    @admin.display(description=_("remark"))
    def remark(self, entry: OperationLogEntry) -> str:
        return remark_of(entry)


@admin.register(ChainHead)
class ChainHeadAdmin(ReadOnlyAdmin):
    list_display = ("chain", "seq", "hash")
    search_fields = ("chain",)
    search_help_text = _("A whole chain, such as association:7, tenant:7 or vendor")
    ordering = ("chain",)
    fields = ("chain", "seq", "hash")
