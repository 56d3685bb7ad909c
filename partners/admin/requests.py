"""Admin of disassociation requests: a filter for overdue ones, and the verbs of staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.admin.alerts import COUNTED_TO, Alert, alert
from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.admin.reasons import ReasonedAdmin
from partners.admin.verbs import APPROVE, CANCEL, REJECT
from partners.eligibility import title_of
from partners.models import DisassociationRequest


class DeadlineFilter(admin.SimpleListFilter):
    title = gettext_lazy("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("past", _("Past the deadline"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter the pending requests past their deadline."""
        if self.value() != "past":
            return queryset
        return queryset & DisassociationRequest.objects.overdue(timezone.now())


@admin.register(DisassociationRequest)
class DisassociationRequestAdmin(ReasonedAdmin, ReadOnlyAdmin):
    section = "work"
    verbs = (APPROVE, REJECT, CANCEL)
    list_display = ("reference", "status", "customer", "partner", "due_at", "submitted_at")
    list_filter = (DeadlineFilter, "status", "association__model", "initiator")
    list_select_related = ("association", "customer", "partner__tenant")
    allowed_lookups = ("association__id__exact",)
    search_fields = ("reference__startswith", "customer__key", "partner__tenant__key")
    search_help_text = gettext_lazy("The beginning of the reference, or the whole account ID of a side")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("reference", "status", "customer", "partner", "model_of", "association")}),
        (
            gettext_lazy("Request"),
            {"fields": ("initiator", "requested_by", "verified_number", "reason", "submitted_at", "seen_at", "due_at")},
        ),
        (gettext_lazy("Decision"), {"fields": ("decided_at", "decided_by", "decision_reason")}),
        (gettext_lazy("Completion"), {"fields": ("complete_at", "blocking_checks", "closed_at")}),
        (gettext_lazy("Rules in force"), {"fields": ("policy", "statement")}),
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Sort overdue requests by deadline, which their index supports."""
        return ("due_at", "id") if request.GET.get(DeadlineFilter.parameter_name) == "past" else ("-id",)

    @admin.display(description=gettext_lazy("model"))
    def model_of(self, request: DisassociationRequest) -> str:
        return request.association.get_model_display()

    @admin.display(description=gettext_lazy("blocked by"))
    def blocking_checks(self, request: DisassociationRequest) -> str:
        return ", ".join(title_of(code) for code in request.blocked_by)

    def links(self, row: DisassociationRequest) -> list[tuple[str, str]]:
        log = reverse("admin:accounts_operationlogentry_changelist")
        return [(_("Operation log"), f"{log}?chain__exact={row.association.chain}")]


@alert
def overdue_requests(request: HttpRequest) -> Alert | None:
    if not request.user.has_perm("partners.view_disassociationrequest"):
        return None
    count = DisassociationRequest.objects.overdue(timezone.now()).order_by().values("pk")[:COUNTED_TO].count()
    text = ngettext("%(n)d request is past its deadline", "%(n)d requests are past their deadline", count)
    href = reverse("admin:partners_disassociationrequest_changelist") + "?deadline=past"
    return Alert(text % {"n": count}, href) if count else None
