"""Insert the tenants of an import, and update a customer's billing account."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Tenant


def add_tenants(*, rows: Sequence[Tenant]) -> list[Tenant]:
    """Insert the missing tenants and return them, locked. If two imports add the same one, only one inserts it.

    Runs inside the caller's transaction, which appends the log entries. Rows are inserted in the order of the keys, as
    locks are taken.
    """
    rows = sorted(rows, key=lambda row: row.key)
    Tenant.objects.bulk_create(rows, ignore_conflicts=True)
    ours = Tenant.objects.filter(public_key__in=[row.public_key for row in rows])
    return list(ours.select_for_update(no_key=True).order_by("key"))


def take_billing_account(*, tenant: Tenant, account: str) -> None:
    """Write the account inside the caller's transaction, which holds the lock of the tenant and appends the entry."""
    tenant.billing_account = account
    tenant.save(update_fields=["billing_account"])
