"""Delivery receipts of the notices about a request, visible to the side that received the notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from accounts.models import Channel, Event, Notification, Tenant

State = Notification.State


@dataclass(frozen=True)
class Receipt:
    """The delivery of one notice on one channel to all administrators of one organisation."""

    notice: tuple[str, int]  # event and ordinal: the same on all channels of the notice
    event: str  # the label
    organisation: str
    administrators: int
    way: str  # the label of the channel
    delivered: int
    failed: int
    notified_at: datetime
    at: datetime  # of the newest delivery, or of the notice if nothing is delivered yet
    next_attempt_at: datetime | None  # of the messages still queued

    @property
    def is_delivered(self) -> bool:
        return self.delivered == self.administrators

    @property
    def state(self) -> str:
        if self.is_delivered:
            return _("Delivered")
        if self.delivered:
            return _("%(delivered)d of %(all)d delivered") % {"delivered": self.delivered, "all": self.administrators}
        return _("Failed") if self.failed == self.administrators else _("Waiting")

    @property
    def tone(self) -> str:
        """Return the word that selects the tag's colour: sent, failed, unknown (delivered in part) or queued."""
        if self.is_delivered:
            return "sent"
        if self.failed:
            return "failed"
        return "unknown" if self.delivered else "queued"


def receipts(reference: str, tenant: Tenant) -> list[Receipt]:
    """Return the receipts of the tenant's administrators for `reference`, oldest first, in one query."""
    rows = (
        Notification.objects.filter(reference=reference, recipient_tenant=tenant)
        .values("event", "ordinal", "channel")
        .annotate(
            administrators=Count("pk"),
            delivered=Count("pk", filter=Q(state=State.SENT)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            notified_at=Min("created_at"),
            delivered_at=Max("sent_at"),
            next_attempt_at=Min("next_attempt_at", filter=Q(state=State.QUEUED)),
        )
        .order_by("notified_at", "event", "ordinal", "channel")
    )
    return [
        Receipt(
            notice=(row["event"], row["ordinal"]),
            event=str(Event(row["event"]).label),
            organisation=tenant.name,
            administrators=row["administrators"],
            way=str(Channel(row["channel"]).label),
            delivered=row["delivered"],
            failed=row["failed"],
            notified_at=row["notified_at"],
            at=row["delivered_at"] or row["notified_at"],
            next_attempt_at=row["next_attempt_at"],
        )
        for row in rows
    ]
