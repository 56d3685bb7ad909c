"""Admin of notifications and their delivery. Staff can send failed ones again, with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.admin.alerts import COUNTED_TO, Alert, alert
from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.admin.reasons import ReasonedAdmin, StaffMessage, Verb, done, refused
from accounts.models import Event, Notification, User
from accounts.operations.resend_notice import Resent, resend_notice


def _send_again(actor: User, notification: Notification, data: dict[str, Any]) -> StaffMessage:
    answer = resend_notice(actor=actor, notification=notification, reason=data["reason"])
    names = {"event": notification.get_event_display(), "recipient": notification.recipient.username}
    if isinstance(answer, Resent):
        return done(_("We will send “%(event)s” to %(recipient)s again.") % names)
    if notification.event == Event.CODE:
        return refused(_("We never send a verification code again. %(recipient)s has to ask for a new one.") % names)
    state = {"state": answer.notification.get_state_display()}
    return refused(_("“%(event)s” to %(recipient)s has not failed. Its state is “%(state)s”.") % (names | state))


SEND_AGAIN = Verb(
    word="send-again",
    label=gettext_lazy("Send again"),
    explanation=gettext_lazy("We send the same message again, to the same recipient, by the same channel."),
    permission="accounts.change_notification",
    run=_send_again,
    applies=lambda notification: notification.state == Notification.State.FAILED and notification.event != Event.CODE,
)


@admin.register(Notification)
class NotificationAdmin(ReasonedAdmin, ReadOnlyAdmin):
    section = "work"
    verbs = (SEND_AGAIN,)
    list_display = ("created_at", "state", "event", "channel", "recipient", "reference", "attempts", "last_error")
    list_filter = ("state", "channel", "event", "created_at")
    list_select_related = ("recipient",)
    search_fields = ("reference", "recipient__username")
    search_help_text = gettext_lazy("The whole reference or the whole username")
    ordering = ("-created_at",)
    fieldsets = (
        (None, {"fields": ("event", "reference", "recipient", "recipient_tenant", "channel", "state")}),
        (
            gettext_lazy("Delivery"),
            {"fields": ("created_at", "attempts", "next_attempt_at", "sent_at", "last_error", "read_at")},
        ),
        (gettext_lazy("Technical"), {"fields": ("id", "subject", "lease_until", "provider_id", "idempotency_key")}),
    )


@alert
def failed_notices(request: HttpRequest) -> Alert | None:
    if not request.user.has_perm("accounts.view_notification"):
        return None
    count = Notification.objects.failed().order_by().values("pk")[:COUNTED_TO].count()
    text = ngettext("%(n)d notice could not be sent", "%(n)d notices could not be sent", count) % {"n": count}
    return Alert(text, reverse("admin:accounts_notification_changelist") + "?state__exact=failed") if count else None
