"""Notification: one message to one recipient on one channel. The table is the outbox, the queue of messages to send."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.challenge import Challenge
from accounts.models.tenant import Tenant
from accounts.models.user import User
from accounts.models.vocabulary import Channel, Event


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self, at: datetime) -> NotificationQuerySet:
        """Messages to send now, without those that a sender has leased."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=at),
            state=Notification.State.QUEUED,
            next_attempt_at__lte=at,
        )

    def failed(self) -> NotificationQuerySet:
        return self.filter(state=Notification.State.FAILED)

    def inbox_of(self, user: User) -> NotificationQuerySet:
        """The user's inbox."""
        return self.filter(recipient=user, channel=Channel.PORTAL)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped")  # a code or a link that was useless by then

    id = models.UUIDField(_("ID"), primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(_("event"), max_length=16, choices=Event)
    subject = models.CharField(_("subject"), max_length=64, help_text=_("Usually the reference of a request."))
    reference = models.CharField(_("reference"), max_length=16, blank=True)
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="notifications", verbose_name=_("recipient")
    )
    recipient_tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recipient's tenant")
    )
    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    ordinal = models.PositiveIntegerField(_("number among notices of one event"), default=0)
    idempotency_key = models.CharField(_("idempotency key"), max_length=200, unique=True)
    context = models.JSONField(_("context"), default=dict, blank=True)
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("challenge")
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    provider_id = models.CharField(_("provider's ID"), max_length=200, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="notification_channel_is_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notification_sent_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "next_attempt_at"], condition=Q(state="queued"), name="notification_queue"),
            models.Index(fields=["state", "created_at"], condition=~Q(state="sent"), name="notification_not_sent"),
            models.Index(
                fields=["recipient", "created_at", "id"], condition=Q(channel="portal"), name="notification_inbox"
            ),
            models.Index(
                fields=["recipient"], condition=Q(channel="portal", read_at__isnull=True), name="notification_unread"
            ),
            models.Index(fields=["reference"], name="notification_by_reference"),
            models.Index(fields=["created_at"], name="notification_by_time"),
            models.Index(fields=["event", "created_at"], name="notification_by_event"),
            models.Index(fields=["channel", "created_at"], name="notification_by_channel"),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
