"""Gives a login the password that its owner chose. Every session that began with the one before ends by it."""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append, append_refusal
from accounts.models import Operation, User


@transaction.atomic(durable=True)
def change_password(*, actor: User, password: str) -> None:
    """Take the new password of somebody who has just given the one before."""
    _replace(actor, password, "password-changed")


@transaction.atomic(durable=True)
def set_password_by_link(*, actor: User, password: str) -> None:
    """Take the password of somebody who came by a link: a first one, or one for a password that was forgotten."""
    _replace(actor, password, "password-set-by-link")


@transaction.atomic(durable=True)
def note_refused_change(*, actor: User) -> None:
    """Record that a change was refused for its password. The tries are limited like those of the login."""
    append_refusal(LogScope.of_actor(actor), Operation.RECORD_CHANGED, remark="wrong-password")


def _replace(actor: User, password: str, remark: str) -> None:
    actor.set_password(password)
    actor.save(update_fields=["password"])
    append(LogScope.of_actor(actor), Operation.RECORD_CHANGED, remark=remark, username=actor.username)
