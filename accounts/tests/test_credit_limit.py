"""Clearing the credit limit of a customer, if the portal keeps it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.billing.money import Money
from accounts.models import Arrears, FactFeed, FactKind
from accounts.operations.credit_limit import clear_credit_limit
from accounts.tests.factories import ArrearsFactory, CustomerFactory, FactFeedFactory

pytestmark = pytest.mark.django_db
LIMIT = Money(Decimal(25000), "EUR")


def limits() -> dict[int, Any]:
    return dict(Arrears.objects.values_list("tenant", "credit_limit"))


def test_limit_is_set_to_zero_and_returned() -> None:
    arrears = ArrearsFactory(tenant=CustomerFactory(), credit_used=Decimal(300))
    assert clear_credit_limit(customer_id=arrears.tenant_id) == LIMIT
    found = Arrears.objects.get()
    assert (found.credit_limit, found.credit_used, found.amount) == (0, 0, arrears.amount)


def test_limit_is_cleared_if_the_portal_keeps_the_feed() -> None:
    arrears = ArrearsFactory(tenant=CustomerFactory())
    FactFeedFactory(tenant=arrears.tenant, kind=FactKind.ARREARS, keeper=FactFeed.Keeper.PORTAL)
    assert clear_credit_limit(customer_id=arrears.tenant_id) == LIMIT


def test_limit_of_an_external_feed_is_not_cleared() -> None:
    arrears = ArrearsFactory(tenant=CustomerFactory())
    FactFeedFactory(tenant=arrears.tenant, kind=FactKind.ARREARS, keeper=FactFeed.Keeper.EXTERNAL)
    assert clear_credit_limit(customer_id=arrears.tenant_id) is None
    assert limits() == {arrears.tenant_id: 25000}


def test_an_external_feed_of_another_kind_or_tenant_does_not_matter() -> None:
    arrears, other = ArrearsFactory(tenant=CustomerFactory()), CustomerFactory()
    FactFeedFactory(tenant=arrears.tenant, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.EXTERNAL)
    FactFeedFactory(tenant=other, kind=FactKind.ARREARS, keeper=FactFeed.Keeper.EXTERNAL)
    assert clear_credit_limit(customer_id=arrears.tenant_id) == LIMIT


def test_missing_or_zero_limit_returns_none() -> None:
    zero = ArrearsFactory(tenant=CustomerFactory(), credit_limit=0)
    assert clear_credit_limit(customer_id=zero.tenant_id) is None
    assert clear_credit_limit(customer_id=CustomerFactory().pk) is None


def test_the_limit_of_another_customer_stays() -> None:
    mine, other = (ArrearsFactory(tenant=CustomerFactory()) for _ in range(2))
    clear_credit_limit(customer_id=mine.tenant_id)
    assert limits() == {mine.tenant_id: 0, other.tenant_id: 25000}
