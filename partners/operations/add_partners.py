"""Add the partners of an import: the invoice issuers of the billing data."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant
from accounts.operations.tenants import add_tenants
from partners.models import Partner


def add_partners(*, names: Mapping[str, str]) -> int:
    """Add a partner for every key that has none; return how many were added.

    Inside the caller's transaction. A key that a customer has is left alone; a partner's tenant that has no partner yet
    gets one. A concurrent import waits for the lock, and then finds the partners.
    """
    for tenant in add_tenants(rows=[_tenant(key, name) for key, name in names.items()]):
        scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
        append(scope, Operation.RECORD_CHANGED, remark="imported", what=["account"])
    of_partners = Tenant.objects.filter(key__in=names, kind=Tenant.Kind.PARTNER)
    tenants = list(of_partners.select_for_update(no_key=True).order_by("key"))
    known = set(Partner.objects.filter(tenant__in=tenants).values_list("tenant_id", flat=True))
    return len(Partner.objects.bulk_create(Partner(tenant=tenant) for tenant in tenants if tenant.pk not in known))


def _tenant(key: str, name: str) -> Tenant:
    return Tenant(key=key, kind=Tenant.Kind.PARTNER, name=name)
