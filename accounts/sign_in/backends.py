"""The authentication backend: sign-in by username or e-mail address in any spelling, active organisations only.

`get_user` runs once per request. It also loads the tenant, so that no page needs another query for it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.access import may_sign_in
from accounts.models import User
from accounts.normalization import normal_form, visible


class AccountBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user, or None. An unknown name takes as long as a wrong password, so timing reveals no names."""
        if not username or password is None:
            return None
        user = find(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Return False for a deactivated user or a user of a deactivated tenant."""
        return isinstance(user, User) and may_sign_in(user)

    def get_user(self, user_id: int) -> User | None:
        """Return the user with their tenant, in one query."""
        try:
            user = User.objects.select_related("tenant").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None


def knows_password(request: HttpRequest, password: str) -> bool:
    """Check the password of a signed-in user. Wrong passwords count towards the same throttle as the login."""
    user = authenticate(request, username=request.user.get_username(), password=password)
    return user is not None and user.pk == request.user.pk


def find(name: str) -> User | None:
    """Return the user with that username or e-mail address."""
    found: User | None = User.objects.select_related("tenant").called(name).first()
    return found


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that a failed sign-in counts for: the normal form of the username, also of a typed e-mail."""
    name = visible(str((credentials or {}).get("username") or request.POST.get("username") or ""))
    if "@" in name:
        user = find(name)
        name = user.username if user else name
    return normal_form(name)[:255]
