"""Who signs in: by username or e-mail address in any spelling, and only into an active organisation.

`get_user` runs once a request. It brings what the frame of every page needs (the tenant, the number of unread
notifications), so that no page queries for it again.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.models import Channel, Notification, User
from accounts.normalization import normal_form, visible


class AccountBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user, or None. An unknown name costs as much time as a wrong password."""
        if not username or password is None:
            return None
        user = find(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Refuse whoever was deactivated, alone or with the whole organisation."""
        if not isinstance(user, User) or not user.is_active:
            return False
        return user.tenant is None or user.tenant.is_active

    def get_user(self, user_id: int) -> User | None:
        """Return the user with its tenant and `unread_notifications`, in one query."""
        user = with_chrome(User.objects.filter(pk=user_id)).first()
        return user if self.user_can_authenticate(user) else None


def knows_password(request: HttpRequest, password: str) -> bool:
    """Ask a signed-in person's password again. Wrong ones count together with those of the login."""
    user = authenticate(request, username=request.user.get_username(), password=password)
    return user is not None and user.pk == request.user.pk


def find(name: str) -> User | None:
    """Return the user of that username or e-mail address."""
    found: User | None = User.objects.select_related("tenant").called(name).first()
    return found


def with_chrome(users: QuerySet[User]) -> QuerySet[User]:
    unread = (
        Notification.objects.filter(recipient=OuterRef("pk"), channel=Channel.PORTAL)
        .unread()
        .order_by()
        .values("recipient")
        .annotate(number=Count("pk"))
        .values("number")
    )
    number = Coalesce(Subquery(unread, output_field=IntegerField()), Value(0))
    return users.select_related("tenant").annotate(unread_notifications=number)


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that an attempt to sign in is counted for: the same by username, by e-mail and in any spelling."""
    name = visible(str((credentials or {}).get("username") or request.POST.get("username") or ""))
    if "@" in name:
        user = find(name)
        name = user.username if user else name
    return normal_form(name)[:255]
