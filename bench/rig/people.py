"""Sessions of the users of a benchmark, created before it starts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.sessions import SEEN, STARTED

PORTAL = "accounts.sign_in.backends.AccountBackend"
STICK = "django.contrib.auth.backends.ModelBackend"
CSRF_SECRET = "b" * 32  # flows.lua posts it


def sign_in(users: Iterable[int], *, backend: str = PORTAL) -> list[str]:
    """Create a session for each user ID and return its cookies."""
    now, keys = timezone.now(), []
    rows = []
    for user in users:
        keys.append(secrets.token_hex(16))
        rows.append(
            Session(session_key=keys[-1], session_data=_data(user, backend), expire_date=now + timedelta(hours=12))
        )
    Session.objects.bulk_create(rows, batch_size=1000)
    return [f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={CSRF_SECRET}" for key in keys]


def _data(user: int, backend: str) -> str:
    moment = int(timezone.now().timestamp())
    known = {"_auth_user_id": str(user), "_auth_user_backend": backend, "_auth_user_hash": _hash_of_all()}
    return SessionStore().encode({**known, STARTED: moment, SEEN: moment})


@cache
def _hash_of_all() -> str:
    """Return the session hash of all users, who have the same password hash."""
    return str(User.objects.only("password").order_by("pk")[0].get_session_auth_hash())
