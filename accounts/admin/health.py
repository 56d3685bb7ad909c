"""Admin of the heartbeats: when a recurring job last ran. Read-only."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.model_admins import ReadOnlyAdmin
from accounts.models import Heartbeat


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("job", "at", "is_ok")
    ordering = ("job",)
    fields = ("job", "at", "is_ok")
