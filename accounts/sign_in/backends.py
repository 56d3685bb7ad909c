"""Who signs in: by username or e-mail address in any case, and only into an active organisation.

`get_user` runs once a request. It brings the tenant, so that no page queries for it again.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User


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
        """Return the user with its tenant, in one query."""
        try:
            user = User.objects.select_related("tenant").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None


def knows_password(request: HttpRequest, password: str) -> bool:
    """Ask a signed-in person's password again. Wrong ones count together with those of the login."""
    user = authenticate(request, username=request.user.get_username(), password=password)
    return user is not None and user.pk == request.user.pk


def find(name: str) -> User | None:
    """The user of that username or e-mail address; a username never holds an "@", so there is at most one."""
    field = "email__iexact" if "@" in name else "username__iexact"
    found: User | None = User.objects.select_related("tenant").filter(Q(**{field: name.strip()})).first()
    return found


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that an attempt to sign in is counted for: the same by username, by e-mail and in any case."""
    name = str((credentials or {}).get("username") or request.POST.get("username") or "").strip()
    if "@" in name and "\0" not in name:
        user = find(name)
        name = user.username if user else name
    return name.replace("\0", "").lower()[:255]
