"""Challenge: one requested verification code. The code itself is derived (accounts/codes.py), never stored."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.sms_device import SmsDevice
from accounts.models.user import User


class Purpose(models.TextChoices):
    DISASSOCIATE = "disassociate", _("Disassociate")
    RELEASE_NUMBER = "release-number", _("Replace the mobile number")
    CONFIRM_NUMBER = "confirm-number", _("Confirm the mobile number")


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def open(self) -> ChallengeQuerySet:
        """Challenges that are not used, superseded or voided. They may have expired."""
        return self.filter(ended_at__isnull=True)


class Challenge(models.Model):
    class End(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        SPENT = "spent", _("Spent")  # the code was correct, but its subject had changed, so nothing was done
        SUPERSEDED = "superseded", _("Superseded")
        VOIDED = "voided", _("Voided")  # too many wrong tries

    id = models.UUIDField(_("ID"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("user"))
    device = models.ForeignKey(
        SmsDevice, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("mobile number")
    )
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose)
    number_fingerprint = models.CharField(_("number fingerprint"), max_length=64)
    subject = models.TextField(_("subject"), help_text=_("What the code confirms, as canonical JSON."))
    subject_digest = models.CharField(_("subject digest"), max_length=64)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    nonce = models.CharField(_("nonce"), max_length=32)
    key_id = models.CharField(_("key"), max_length=16)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    attempt = models.UUIDField(_("attempt"), default=uuid.uuid4, help_text=_("Shared by a code and its resends."))
    ordinal = models.PositiveSmallIntegerField(_("number of resends"), default=0)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    wrong_tries_at = models.JSONField(_("wrong tries"), default=list, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=10, choices=End, blank=True)
    result_reference = models.CharField(_("request that it confirmed"), max_length=16, blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"], condition=Q(ended_at__isnull=True), name="challenge_is_one_open_per_purpose"
            ),
            models.CheckConstraint(
                condition=(Q(ended_at__isnull=True) & Q(end="")) | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="challenge_end_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="challenge_by_user"),
            models.Index(fields=["number_fingerprint", "created_at"], name="challenge_by_number"),
            models.Index(fields=["ip", "created_at"], name="challenge_by_ip"),
            models.Index(fields=["created_at"], name="challenge_by_time"),
            models.Index(fields=["purpose", "created_at"], name="challenge_by_purpose"),
            models.Index(fields=["end", "created_at"], name="challenge_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.id}"
