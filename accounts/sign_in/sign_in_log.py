"""Says in the JSON log who came in, left, or was refused: by the account's number, never by what was typed.

The name that was typed at a refused sign-in is somebody's password often enough. Only an account that exists is named.
"""

from __future__ import annotations

from typing import Any

import structlog
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.backends import attempted_name, find

logger = structlog.get_logger(__name__)


@receiver(user_logged_in, dispatch_uid="accounts.sign_in.sign_in_log.came")
def came(user: User, **_kwargs: Any) -> None:
    logger.info("signed-in", account=user.pk, factor="password")


@receiver(user_logged_out, dispatch_uid="accounts.sign_in.sign_in_log.left")
def left(user: User | None, **_kwargs: Any) -> None:
    logger.info("signed-out", account=user.pk if user else None)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in.sign_in_log.refused")
def refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """A wrong password: at the login, or where a signed-in person is asked for it again."""
    if request is not None:
        logger.warning("password-refused", account=_account(attempted_name(request, credentials)), path=request.path)


@receiver(user_locked_out, dispatch_uid="accounts.sign_in.sign_in_log.locked")
def locked(request: HttpRequest, username: str | None = None, **_kwargs: Any) -> None:
    logger.warning("sign-in-locked", account=_account(username or ""), path=request.path)


def _account(name: str) -> int | None:
    user = find(name) if name else None
    return user.pk if user else None
