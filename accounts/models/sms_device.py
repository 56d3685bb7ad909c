"""SmsDevice: a user's mobile number, as a django-otp device whose codes live in Challenge rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import (
    CooldownMixin,
    Device,
    GenerateNotAllowed,
    ThrottlingMixin,
    TimestampMixin,
    VerifyNotAllowed,
)
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models.user import User


class SmsDevice(TimestampMixin, CooldownMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """One per user. The cooldown spaces out the messages; the throttle locks code entry, not the account.

    `confirmed` (from Device) says that `number` was proven. `pending_number` waits to be proven.
    """

    # django-otp would delete the device with its user; no user is ever deleted.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("user"))
    # These two are django-otp's as well; here they have names that can be translated.
    confirmed = models.BooleanField(_("is confirmed"), default=True)
    throttling_failure_count = models.PositiveIntegerField(_("wrong tries in a row"), default=0)
    number = PhoneNumberField(_("number"), blank=True)
    pending_number = PhoneNumberField(_("number to confirm"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    replaced_at = models.DateTimeField(
        _("replaced"), null=True, blank=True, help_text=_("When the number last took the place of another.")
    )
    old_number_released_at = models.DateTimeField(_("old number released"), null=True, blank=True)

    class Meta:
        verbose_name = _("mobile number")
        verbose_name_plural = _("mobile numbers")
        constraints = [
            models.UniqueConstraint(fields=["user"], name="sms_device_is_one_per_user"),
            models.CheckConstraint(
                condition=Q(confirmed=False) | (~Q(number="") & Q(confirmed_at__isnull=False)),
                name="sms_device_confirmed_has_a_number",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(confirmed=False), name="sms_device_unconfirmed")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_cooldown_duration(self) -> int:
        """Seconds between two messages."""
        return int(settings.CODE_RESEND_AFTER.total_seconds())

    @property
    def cooldown_until(self) -> datetime | None:
        """The first instant at which the next message may go out."""
        last: datetime | None = self.last_generated_timestamp
        after: timedelta = settings.CODE_RESEND_AFTER
        return last + after if last else None

    def generate_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Allow a message from the very instant on that a refusal names: django-otp is late by a moment."""
        until = self.cooldown_until
        if until is None or timezone.now() >= until:
            return True, None
        return False, {"reason": GenerateNotAllowed.COOLDOWN_DURATION_PENDING, "next_generation_at": until}

    def get_throttle_factor(self) -> int:
        """Unused: the lock below takes the place of django-otp's exponential back-off."""
        return 0

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Refuse every code while locked: 10 wrong tries in an hour lock for 30 minutes."""
        if not self.is_locked(timezone.now()):
            return True, None
        return False, {
            "reason": VerifyNotAllowed.N_FAILED_ATTEMPTS,
            "failure_count": self.throttling_failure_count,
            "locked_until": self.locked_until,
        }

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    @property
    def locked_until(self) -> datetime | None:
        if self.throttling_failure_count < settings.CODE_TRIES_AN_HOUR or not self.throttling_failure_timestamp:
            return None
        since: datetime = self.throttling_failure_timestamp
        lock: timedelta = settings.CODE_LOCK
        return since + lock

    def verify_token(self, token: str) -> bool:
        """Always False: a code is bound to a purpose and a subject, and only `verification.redeem` takes one."""
        return False
