"""Rename a tenant to its name in the vendor's billing."""

from __future__ import annotations

from accounts.models import Tenant


def rename_tenant(*, tenant: Tenant, name: str) -> None:
    """Save the new name in the caller's transaction, which locks the tenant and appends the log entry."""
    tenant.name = name
    tenant.save(update_fields=["name"])
