"""Create associations by model name, because tests of accounts do not import partners."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.tests.factories import PartnerTenantFactory


def associate(customer: Any, partner_name: str = "Harbourline Systems", model: str = "reseller") -> None:
    partner = apps.get_model("partners", "Partner").objects.create(tenant=PartnerTenantFactory(name=partner_name))
    apps.get_model("partners", "Association").objects.create(
        customer=customer, partner=partner, model=model, started_at=timezone.now()
    )
