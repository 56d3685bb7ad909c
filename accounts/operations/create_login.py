"""Create a login of a tenant, without a password. Its owner sets one by a link."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant, User

# RFC 2606 reserves `.invalid`: no mail is delivered. For logins created without an e-mail address.
NO_MAILBOX = "no-mailbox.invalid"


@dataclass(frozen=True)
class LoginCreated:
    user: User


@dataclass(frozen=True)
class LoginRefused:
    reasons: tuple[str, ...]


def create_login(
    *, actor: User | None, tenant: Tenant, role: str, username: str, email: str = ""
) -> LoginCreated | LoginRefused:
    """Create the login, or return the reasons against it. `actor` is None on the command line."""
    user = User(tenant=tenant, role=role, username=username, email=email or f"{username}@{NO_MAILBOX}")
    user.set_unusable_password()
    reasons = _reasons_against(user)
    if reasons:
        return LoginRefused(reasons)
    with transaction.atomic(durable=True):
        user.save(force_insert=True)
        scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=actor)
        append(scope, Operation.RECORD_CHANGED, remark="login-created", username=username, role=role)
    return LoginCreated(user)


def _reasons_against(user: User) -> tuple[str, ...]:
    if User.objects.reading_like("username", user.username).exists():
        return (_("The username %(name)s is taken, or reads like one that is.") % {"name": user.username},)
    if User.objects.reading_like("email", user.email).exists():
        words = _("The e-mail address %(email)s belongs to another login, or reads like that of one.")
        return (words % {"email": user.email},)
    try:
        user.full_clean(validate_unique=False)
    except ValidationError as error:
        return tuple(f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
    return ()
