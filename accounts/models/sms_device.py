"""SmsDevice: a user's mobile number, as a django-otp device. Its codes are Challenge rows."""

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
    """One per user. The cooldown limits how often messages are sent. The throttle locks code entry, not the account.

    `confirmed` (from Device) is true if `number` was verified. `pending_number` is not verified yet.
    """

    # django-otp uses CASCADE here. Users are never deleted.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("user"))
    # django-otp's fields, redefined with translatable names.
    confirmed = models.BooleanField(_("is confirmed"), default=True)
    throttling_failure_count = models.PositiveIntegerField(_("wrong tries in a row"), default=0)
    number = PhoneNumberField(_("number"), blank=True)
    pending_number = PhoneNumberField(_("number to confirm"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    replaced_at = models.DateTimeField(
        _("replaced another"), null=True, blank=True, help_text=_("When this number replaced another one.")
    )
    old_number_released_at = models.DateTimeField(_("old number agreed"), null=True, blank=True)

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
        """Return the seconds between two messages."""
        return int(settings.CODE_RESEND_AFTER.total_seconds())

    @property
    def cooldown_until(self) -> datetime | None:
        """The earliest time at which the next message may be sent, or None."""
        last: datetime | None = self.last_generated_timestamp
        after: timedelta = settings.CODE_RESEND_AFTER
        return last + after if last else None

    def generate_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Allow a message exactly from `cooldown_until` on. django-otp's own comparison excludes that instant."""
        until = self.cooldown_until
        if until is None or timezone.now() >= until:
            return True, None
        return False, {"reason": GenerateNotAllowed.COOLDOWN_DURATION_PENDING, "next_generation_at": until}

    def get_throttle_factor(self) -> int:
        """Return 0, because the lock below replaces django-otp's exponential back-off."""
        return 0

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Refuse every code while locked. CODE_TRIES_AN_HOUR wrong tries within an hour lock for CODE_LOCK."""
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
        """Return False: a code is bound to a purpose and a subject, so only `verification.redeem` accepts it."""
        return False
