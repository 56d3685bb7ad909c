"""Renames a tenant, as the vendor's billing calls it."""

from __future__ import annotations

from accounts.models import Tenant


def rename_tenant(*, tenant: Tenant, name: str) -> None:
    """Write the new name inside the caller's transaction, which holds the lock of the tenant and appends the entry."""
    tenant.name = name
    tenant.save(update_fields=["name"])
