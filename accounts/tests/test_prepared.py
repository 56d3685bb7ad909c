"""A prepared queryset answers what the queryset itself answers, for whatever values, in every thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.billing import facts
from accounts.models import FactFeed, Order, ReservedInstance, Tenant, User
from accounts.prepared import Prepared
from accounts.tests.factories import (
    CommerceContractFactory,
    CustomerFactory,
    FactFeedFactory,
    OrderFactory,
    ReservedInstanceFactory,
    SupportPlanFactory,
    UserFactory,
)


def _users(tenant: int) -> QuerySet[User]:
    orders = Order.objects.filter(tenant=OuterRef("tenant"))
    found: QuerySet[User] = User.objects.filter(tenant=tenant).select_related("tenant")
    return found.annotate(has_orders=Exists(orders))


def _pairs(one: int, other: int) -> QuerySet[Tenant]:
    return Tenant.objects.filter(pk__in=[one, other])


pairs = Prepared(_pairs, (("one", int), ("other", int)))
users = Prepared(_users, (("tenant", int),))


def _in_force(tenant: int, at: datetime) -> QuerySet[ReservedInstance]:
    return ReservedInstance.objects.filter(tenant=tenant).in_force(at).order_by("pk")


in_force = Prepared(_in_force, (("tenant", int), ("at", datetime)))


@pytest.mark.django_db
def test_it_answers_for_the_values_of_each_call() -> None:
    first, second = CustomerFactory(), CustomerFactory()
    OrderFactory(tenant=second)
    mine, theirs = UserFactory(tenant=first), UserFactory(tenant=second)
    assert [(u.pk, u.has_orders) for u in users(tenant=first.pk)] == [(mine.pk, False)]
    assert [(u.pk, u.has_orders) for u in users(tenant=second.pk)] == [(theirs.pk, True)]
    assert users(tenant=0) == []


@pytest.mark.django_db
def test_values_may_stand_beside_each_other_in_a_list() -> None:
    first, second, third = CustomerFactory(), CustomerFactory(), CustomerFactory()
    assert {t.pk for t in pairs(one=first.pk, other=third.pk)} == {first.pk, third.pk}
    assert {t.pk for t in pairs(one=second.pk, other=second.pk)} == {second.pk}


@pytest.mark.django_db
def test_what_it_joins_costs_no_further_query() -> None:
    tenant = CustomerFactory()
    UserFactory(tenant=tenant)
    with CaptureQueriesContext(connection) as found:
        (user,) = users(tenant=tenant.pk)
        assert user.tenant.name == tenant.name
    assert len(found) == 1


@pytest.mark.django_db
def test_moments_are_compared_as_the_database_compares_them() -> None:
    now = timezone.now()
    row = ReservedInstanceFactory(tenant=CustomerFactory(), ends_at=now)
    assert in_force(tenant=row.tenant_id, at=now - timedelta(microseconds=1)) == [row]
    assert in_force(tenant=row.tenant_id, at=now) == []


@pytest.mark.django_db
def test_all_kinds_of_facts_of_one_tenant_are_those_of_several() -> None:
    now, tenant, other = timezone.now(), CustomerFactory(), CustomerFactory()
    OrderFactory(tenant=tenant)
    ReservedInstanceFactory(tenant=tenant, ends_at=now + timedelta(days=3))
    SupportPlanFactory(tenant=tenant, provider="partner")
    CommerceContractFactory(tenant=tenant, contact="Desk 4")
    FactFeedFactory(tenant=tenant, kind="orders", keeper=FactFeed.Keeper.EXTERNAL, synced_at=now)
    alone, together = facts.load([tenant], now), facts.load([tenant, other], now)
    assert alone[tenant.pk] == together[tenant.pk]
    assert len(alone[tenant.pk].unpaid_orders) == len(alone[tenant.pk].reserved_instances) == 1
    assert facts.load([other], now)[other.pk] == together[other.pk]


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_on_its_own_connection() -> None:
    tenant = CustomerFactory()
    user = UserFactory(tenant=tenant)

    def ask(_: int) -> list[int]:
        try:
            return [found.pk for found in users(tenant=tenant.pk)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [[user.pk]] * 8


def _limited(most: int) -> QuerySet[Tenant]:
    return Tenant.objects.all()[: abs(most)]


def _careless(tenant: int) -> QuerySet[Tenant]:
    return Tenant.objects.all()


@pytest.mark.parametrize(("build", "name"), [(_limited, "most"), (_careless, "tenant")])
@pytest.mark.django_db
def test_a_value_that_is_no_param_is_refused(build: Callable[..., QuerySet[Tenant]], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Prepared(build, ((name, int),))(**{name: 3})
