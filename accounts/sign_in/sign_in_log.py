"""Signal receivers that log sign-ins, sign-outs and failures to the JSON log, with the account's ID.

The typed username is never logged, because users sometimes type their password there.
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


@receiver(user_logged_in, dispatch_uid="accounts.sign_in.sign_in_log.log_sign_in")
def log_sign_in(user: User, **_kwargs: Any) -> None:
    logger.info("signed-in", account=user.pk, factor="password")


@receiver(user_logged_out, dispatch_uid="accounts.sign_in.sign_in_log.log_sign_out")
def log_sign_out(user: User | None, **_kwargs: Any) -> None:
    logger.info("signed-out", account=user.pk if user else None)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in.sign_in_log.log_wrong_password")
def log_wrong_password(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Log a wrong password, of the login or of a signed-in user who had to enter it again."""
    if request is not None:
        logger.warning("password-refused", account=_account(attempted_name(request, credentials)), path=request.path)


@receiver(user_locked_out, dispatch_uid="accounts.sign_in.sign_in_log.log_lockout")
def log_lockout(request: HttpRequest, username: str | None = None, **_kwargs: Any) -> None:
    logger.warning("sign-in-locked", account=_account(username or ""), path=request.path)


def _account(name: str) -> int | None:
    user = find(name) if name else None
    return user.pk if user else None
