"""Saves a row that has no state of its own: a tenant, a login, a billing fact, a setting. Vendor staff do.

Not durable, as it runs inside the transaction of the admin's form. The entry names the model, the key and the
fields that changed: never a value, so never a password or a number.
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
    """Save what changed of `record` and append a `record-changed` entry; without a change do nothing."""
    is_new = record._state.adding
    if not is_new and not changed:
        return
    _lock_tenants(record)
    columns = {field.name for field in record._meta.concrete_fields}
    record.save(update_fields=None if is_new else columns.intersection(changed))
    _record(actor, record, "record-added" if is_new else "record-changed", sorted(changed), reason)


@transaction.atomic
def record_password_link(*, actor: User, user: User, reason: str) -> None:
    """Append the entry of a mail that lets the owner of a login set a new password."""
    for scope in _scopes(actor, user):
        append(scope, Operation.RECORD_CHANGED, remark="password-link", username=user.username, reason=reason)


def _lock_tenants(record: Model) -> None:
    """Lock the tenants before the row, by key: so does an import, which then writes their facts and their log."""
    known = [tenant.pk for tenant in _tenants_of(record) if tenant.pk is not None]
    list(Tenant.objects.select_for_update(no_key=True).filter(pk__in=known).order_by("key").values_list("pk"))


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
    """One entry for each tenant that the row is about, in the order of their keys; else one of the vendor's."""
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
