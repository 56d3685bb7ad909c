"""Admin of staff groups and their permissions. Only superusers may change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.access import signed_in
from accounts.admin.model_admins import LoggedAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(LoggedAdmin, DjangoGroupAdmin):
    search_fields = ("name__startswith",)
    ordering = ("name",)
    filter_horizontal = ("permissions",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return signed_in(request).is_superuser
