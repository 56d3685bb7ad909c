"""How the operations that an import calls are driven, for the test of the lock order: under the lock of the tenant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import CommerceContract, FactFeed, FactKind, ReservedInstance, Tenant
from accounts.operations.facts import add_facts, keep_elsewhere, move_term, save_term, stamp_feeds
from accounts.operations.tenants import add_tenants, take_billing_account
from accounts.tests.factories import CommerceContractFactory, CustomerFactory, FactFeedFactory
from accounts.tests.races.racing import Call
from partners.operations.add_partners import add_partners


def bringing(operation: Any, arguments_for: Callable[[Tenant], dict[str, Any]]) -> Call:
    customer = CustomerFactory()
    arguments = arguments_for(customer)

    def bring() -> None:
        with transaction.atomic():
            Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
            operation(**arguments)

    return bring


def a_feed(customer: Tenant) -> FactFeed:
    return FactFeedFactory(tenant=customer, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.PORTAL)


def adding(customer: Tenant) -> dict[str, Any]:
    return {"rows": [CommerceContract(tenant=customer, number="c-1")]}


def saving(customer: Tenant) -> dict[str, Any]:
    return {"term": CommerceContractFactory(tenant=customer), "changed": ["name"]}


def moving(customer: Tenant) -> dict[str, Any]:
    return {"term": CommerceContractFactory(tenant=customer), "to": ReservedInstance(tenant=customer)}


def keeping(customer: Tenant) -> dict[str, Any]:
    return {"feed": a_feed(customer), "synced_at": timezone.now()}


def stamping(customer: Tenant) -> dict[str, Any]:
    return {"tenants": [a_feed(customer).tenant_id], "kinds": list(FactKind), "at": timezone.now()}


def naming(customer: Tenant) -> dict[str, Any]:
    return {"rows": [Tenant(key="lumen:new", kind=Tenant.Kind.CUSTOMER, name="New")]}


def selling(customer: Tenant) -> dict[str, Any]:
    return {"names": {"issuer:Castlegate": "Castlegate"}}


def billing(customer: Tenant) -> dict[str, Any]:
    return {"tenant": customer, "account": "lumen:900"}


WAYS: dict[str, tuple[Any, Callable[[], Call]]] = {
    "add tenants": (add_tenants, partial(bringing, add_tenants, naming)),
    "add partners": (add_partners, partial(bringing, add_partners, selling)),
    "take a billing account": (take_billing_account, partial(bringing, take_billing_account, billing)),
    "add facts": (add_facts, partial(bringing, add_facts, adding)),
    "save a term": (save_term, partial(bringing, save_term, saving)),
    "move a term": (move_term, partial(bringing, move_term, moving)),
    "keep a feed elsewhere": (keep_elsewhere, partial(bringing, keep_elsewhere, keeping)),
    "stamp feeds": (stamp_feeds, partial(bringing, stamp_feeds, stamping)),
}
