"""Calls of the operations of an import, under the lock of the tenant, for the test of the lock order."""

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


def locked_call(operation: Any, arguments_for: Callable[[Tenant], dict[str, Any]]) -> Call:
    customer = CustomerFactory()
    arguments = arguments_for(customer)

    def call() -> None:
        with transaction.atomic():
            Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
            operation(**arguments)

    return call


def a_feed(customer: Tenant) -> FactFeed:
    return FactFeedFactory(tenant=customer, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.PORTAL)


def rows_to_add(customer: Tenant) -> dict[str, Any]:
    return {"rows": [CommerceContract(tenant=customer, number="c-1")]}


def term_to_save(customer: Tenant) -> dict[str, Any]:
    return {"term": CommerceContractFactory(tenant=customer), "changed": ["name"]}


def term_to_move(customer: Tenant) -> dict[str, Any]:
    return {"term": CommerceContractFactory(tenant=customer), "to": ReservedInstance(tenant=customer)}


def feed_to_make_external(customer: Tenant) -> dict[str, Any]:
    return {"feed": a_feed(customer), "synced_at": timezone.now()}


def feeds_to_stamp(customer: Tenant) -> dict[str, Any]:
    return {"tenants": [a_feed(customer).tenant_id], "kinds": list(FactKind), "at": timezone.now()}


def tenants_to_add(customer: Tenant) -> dict[str, Any]:
    return {"rows": [Tenant(key="lumen:new", kind=Tenant.Kind.CUSTOMER, name="New")]}


def partners_to_add(customer: Tenant) -> dict[str, Any]:
    return {"names": {"issuer:Castlegate": "Castlegate"}}


def billing_account(customer: Tenant) -> dict[str, Any]:
    return {"tenant": customer, "account": "lumen:900"}


WAYS: dict[str, tuple[Any, Callable[[], Call]]] = {
    "add tenants": (add_tenants, partial(locked_call, add_tenants, tenants_to_add)),
    "add partners": (add_partners, partial(locked_call, add_partners, partners_to_add)),
    "take a billing account": (take_billing_account, partial(locked_call, take_billing_account, billing_account)),
    "add facts": (add_facts, partial(locked_call, add_facts, rows_to_add)),
    "save a term": (save_term, partial(locked_call, save_term, term_to_save)),
    "move a term": (move_term, partial(locked_call, move_term, term_to_move)),
    "keep a feed elsewhere": (keep_elsewhere, partial(locked_call, keep_elsewhere, feed_to_make_external)),
    "stamp feeds": (stamp_feeds, partial(locked_call, stamp_feeds, feeds_to_stamp)),
}
