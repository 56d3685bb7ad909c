"""Admin of mobile numbers (masked) and of challenges, without the data that codes are derived from."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.masking import mask_phone
from accounts.models import Challenge, SmsDevice


@admin.register(SmsDevice)
class SmsDeviceAdmin(ReadOnlyAdmin):
    list_display = ("user", "masked_number", "confirmed", "confirmed_at", "replaced_at")
    list_filter = ("confirmed",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = _("The whole username")
    ordering = ("-id",)
    fields = (
        "user",
        "masked_number",
        "masked_pending_number",
        "confirmed",
        "confirmed_at",
        "replaced_at",
        "old_number_released_at",
        "throttling_failure_count",
        "locked",
    )

    @admin.display(description=_("number"))
    def masked_number(self, device: SmsDevice) -> str:
        return mask_phone(device.number)

    @admin.display(description=_("number to confirm"))
    def masked_pending_number(self, device: SmsDevice) -> str:
        return mask_phone(device.pending_number)

    @admin.display(description=_("code entry locked until"))
    def locked(self, device: SmsDevice) -> object:
        return device.locked_until


@admin.register(Challenge)
class ChallengeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "purpose", "ordinal", "expires_at", "end", "ended_at")
    list_filter = ("purpose", "end", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = _("The whole username")
    ordering = ("-created_at",)
    fields = (
        "id",
        "user",
        "purpose",
        "ordinal",
        "attempt",
        "ip",
        "created_at",
        "expires_at",
        "wrong_tries",
        "ended_at",
        "end",
        "result_reference",
    )

    @admin.display(description=_("wrong tries"))
    def wrong_tries(self, challenge: Challenge) -> int:
        return len(challenge.wrong_tries_at)
