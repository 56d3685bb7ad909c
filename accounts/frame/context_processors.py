"""Context processor of every page: the vendor's brand and the chrome (header bar and navigation) of the reader.

It runs one query, and only on a page with the bar: the number of unread notifications. The user comes with their
tenant (accounts/sign_in/backends.py). An error page that is rendered before the session middleware has no chrome.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.frame import branding, theme
from accounts.frame.navigation import Group, PlaceLink, groups_for
from accounts.models import Notification, User


@dataclass(frozen=True)
class Chrome:
    """The header bar and the navigation of one request. The navigation is computed once per request."""

    request: HttpRequest
    user: User | None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return groups_for(self.user, self.request) if self.user else ()

    @property
    def start(self) -> PlaceLink | None:
        """The first link of the reader's navigation."""
        return self.groups[0].places[0] if self.groups else None

    @property
    def theme(self) -> str:
        return theme.chosen(self.request)

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.username if self.user else ""

    @property
    def organisation(self) -> str:
        tenant = self.user.tenant if self.user else None
        return tenant.name if tenant else settings.VENDOR_NAME

    @property
    def organisation_key(self) -> str:
        """What the colour of the organisation's monogram is derived from."""
        tenant = self.user.tenant if self.user else None
        return tenant.public_key if tenant else settings.VENDOR_NAME

    @property
    def role(self) -> str:
        if self.user is None or self.user.tenant is None:
            return _("Staff")
        return f"{self.user.tenant.get_kind_display()} · {self.user.get_role_display()}"

    @property
    def inbox(self) -> str:
        return reverse("accounts:notifications") if self.user and self.user.tenant else ""

    @cached_property
    def unread(self) -> int:
        return Notification.objects.inbox_of(self.user).unread().count() if self.user and self.user.tenant else 0

    @property
    def languages(self) -> list[str]:
        codes = [code for code, _name in settings.LANGUAGES]
        return codes if len(codes) > 1 else []


def page(request: HttpRequest) -> dict[str, Any]:
    """`brand` (the vendor's) and `chrome` (the reader's)."""
    user = getattr(request, "user", None)
    signed_in_user = user if user is not None and user.is_authenticated else None
    return {"brand": branding.brand(), "chrome": Chrome(request, signed_in_user)}
