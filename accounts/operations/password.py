"""Change a user's password, or set it by a link. Sessions that started with the old password end."""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append, append_refusal
from accounts.models import Operation, User


@transaction.atomic(durable=True)
def change_password(*, actor: User, password: str) -> None:
    """Save a new password. The caller has checked the current one."""
    _replace(actor, password, "password-changed")


@transaction.atomic(durable=True)
def set_password_by_link(*, actor: User, password: str) -> None:
    """Save a password that was set by a link, of an invitation or of a password reset."""
    _replace(actor, password, "password-set-by-link")


@transaction.atomic(durable=True)
def note_refused_change(*, actor: User) -> None:
    """Log that a password change was refused because of a wrong password. The login's throttle counts the try."""
    append_refusal(LogScope.of_actor(actor), Operation.RECORD_CHANGED, remark="wrong-password")


def _replace(actor: User, password: str, remark: str) -> None:
    actor.set_password(password)
    actor.save(update_fields=["password"])
    append(LogScope.of_actor(actor), Operation.RECORD_CHANGED, remark=remark, username=actor.username)
