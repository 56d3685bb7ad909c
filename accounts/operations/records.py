"""Save a record from the admin (tenant, login, billing fact, policy) and log it. Vendor staff only.

The operation is not durable, because the admin's change form has a transaction already. The log entry names the model,
the key and the changed fields, but no values, so that it never contains a password or a phone number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Model

from accounts.log.append import LogScope, append
from accounts.models import MemberAccount, Operation, Side, Tenant, User

KEYS = ("key", "username", "number", "kind", "version", "name")


@transaction.atomic
def save_record(*, actor: User, record: Model, changed: Collection[str], reason: str = "") -> None:
    """Save the `changed` fields of `record` and append an entry. Do nothing if nothing changed."""
    is_new = record._state.adding
    if not is_new and not changed:
        return
    _lock_tenants(record)
    columns = {field.name for field in record._meta.concrete_fields}
    record.save(update_fields=None if is_new else columns.intersection(changed))
    _record(actor, record, "record-added" if is_new else "record-changed", sorted(changed), reason)


@transaction.atomic
def record_password_link(*, actor: User, user: User, reason: str) -> None:
    """Log that `user` was mailed a link to set a password."""
    for scope in _scopes(actor, user):
        append(scope, Operation.RECORD_CHANGED, remark="password-link", username=user.username, reason=reason)


def _lock_tenants(record: Model) -> None:
    """Lock the tenants before the row and in the order of their keys, which is the lock order of the import, too."""
    saved = [tenant.pk for tenant in _tenants_of(record) if tenant.pk is not None]
    list(Tenant.objects.select_for_update(no_key=True).filter(pk__in=saved).order_by("key").values_list("pk"))


def _record(actor: User, record: Model, remark: str, fields: list[str], reason: str) -> None:
    if reason:
        remark = "record-changed-because"
    for scope in _scopes(actor, record):
        append(
            scope,
            Operation.RECORD_CHANGED,
            remark=remark,
            model=str(record._meta.model_name),
            key=_key(record),
            fields=[*fields],
            reason=reason,
        )


def _scopes(actor: User, record: Model) -> list[LogScope]:
    """Return one scope per tenant of the record, ordered by primary key, or the scope of the vendor's chain."""
    tenants = sorted(_tenants_of(record), key=lambda tenant: tenant.pk)
    return [LogScope.of_tenant(tenant, side=Side.VENDOR, actor=actor) for tenant in tenants or (None,)]


def _tenants_of(record: Model) -> Iterable[Tenant]:
    if isinstance(record, Tenant):
        return [record]
    if isinstance(record, MemberAccount):
        return [record.master, record.member]
    tenant: Tenant | None = getattr(record, "tenant", None)
    return [tenant] if tenant else []


def _key(record: Model) -> str:
    return str(next((getattr(record, name) for name in KEYS if hasattr(record, name)), record.pk))
