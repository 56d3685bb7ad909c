"""Query plans of every list, filter and search with 100,000 rows per table: each query is a short index range.

PostgreSQL plans by statistics, so plans are meaningful on large tables only. The queries are captured from the pages,
so that new filters, lists and sort columns are covered automatically.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, cast

import pytest
from django import forms
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.http import urlencode

from accounts.forms.log_filter import LogFilter
from accounts.models import Notification, OperationLogEntry, Tenant, User
from bench.rig import bulk, loading, visits
from bench.rig.population import LARGE_PARTNER, World
from partners.models import Association
from portal.tests.plans import COUNTED, faults, queries_of

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not plan by statistics.")
TENANTS, ENTRIES = 100_000, 200_000
# The filters that no index answers, and why they are still offered.
UNINDEXED = {"association__model__exact": "the model is a column of associations: the count joins until it has 10,000"}
LOGS = {"customer": "/my-partner/operation-log/", "partner": "/partner/operation-log/"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Load the world once per module, in a transaction that is rolled back at the end."""
    made = World(TENANTS, timezone.now())
    with django_db_blocker.unblock(), transaction.atomic():
        with bulk.without_indexes() as remakes:
            loading.load(loading.tables_of(made), lambda text: None)
            loading.load_log(made, ENTRIES)
            bulk.set_sequence(OperationLogEntry)
        with connection.cursor() as cursor:
            for statement in [*remakes, "ANALYZE"]:
                cursor.execute(statement)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def sign_in(world: World, db: None) -> Any:
    def client_of(user: int) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=user), backend="accounts.sign_in.backends.AccountBackend")
        return client

    return client_of


def test_the_world_is_as_large_as_this_module_says(world: World, db: None) -> None:
    rows = {model._meta.label: model._default_manager.count() for model in (Tenant, User, Association, Notification)}
    assert min(rows.values()) >= TENANTS * 0.9, rows
    assert OperationLogEntry.objects.count() == ENTRIES


def test_every_page_reads_a_page(sign_in: Any) -> None:
    found = {visit.name: faults(queries_of(sign_in(visit.user), visit.path)) for visit in visits.visits()}
    assert len(found) > 12
    assert not {name: these for name, these in found.items() if these}


def _choices(field: forms.Field) -> list[str]:
    """Return values of a field of the log's filter: common, rare and unused words, or a day."""
    if isinstance(field, forms.ChoiceField):
        words = [str(value) for value, _ in cast("list[tuple[str, str]]", field.choices) if value]
        return words if len(words) < 5 else words[::5]
    return [str(timezone.localdate().replace(day=1))]


def _filters() -> list[str]:
    names = [name for name in LogFilter(Tenant()).fields if name != "q"]
    together = [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]
    return [",".join(chosen) for chosen in together]


@pytest.mark.parametrize("side", LOGS)
@pytest.mark.parametrize("names", _filters())
def test_the_log_reads_a_page_with_every_filter(side: str, names: str, world: World, sign_in: Any) -> None:
    fields = LogFilter(Tenant()).fields
    client = sign_in(LARGE_PARTNER if side == "partner" else world.customer(0).tenant)
    chosen: list[dict[str, str]] = [{}]
    for name in filter(None, names.split(",")):
        chosen = [{**one, name: value} for one in chosen for value in _choices(fields[name])]
    found = {str(one): faults(queries_of(client, f"{LOGS[side]}?{urlencode(one)}")) for one in chosen}
    assert not {name: these for name, these in found.items() if these}


@pytest.mark.parametrize("side", LOGS)
def test_the_search_of_the_log_reads_a_page(side: str, world: World, sign_in: Any) -> None:
    user = LARGE_PARTNER if side == "partner" else world.customer(0).tenant
    mine = OperationLogEntry.objects.of_tenant(User.objects.get(pk=user).tenant).exclude(reference="")
    entry = mine.select_related("customer", "partner").latest("at")
    other = cast("Tenant", entry.customer if side == "partner" else entry.partner)
    texts = [entry.reference, other.key, other.name, other.name[2:-2], "nothing-has-this-name"]
    found = {text: faults(queries_of(sign_in(user), f"{LOGS[side]}?{urlencode({'q': text})}")) for text in texts}
    assert not {text: these for text, these in found.items() if these}


LISTS = {f"{model._meta.label_lower}": model for model in admin.site._registry}


@pytest.mark.parametrize("label", LISTS)
def test_a_list_of_the_admin_reads_a_page_with_every_filter(label: str, world: World, sign_in: Any) -> None:
    model = LISTS[label]
    client, address = sign_in(world.staff), f"/admin/{label.replace('.', '/')}/"
    found = {query: faults(queries_of(client, address + query)) for query in ["", *_queries(model, world)]}
    assert not {query: these for query, these in found.items() if these}


@pytest.mark.parametrize("label", LISTS)
def test_the_last_page_of_a_list_of_the_admin_reads_no_further(label: str, world: World, sign_in: Any) -> None:
    model = LISTS[label]
    pages = min(model._default_manager.count(), 10_000) // 50
    if pages < 2:
        pytest.skip("It is one page.")
    client, address = sign_in(world.staff), f"/admin/{label.replace('.', '/')}/?p={pages}"
    assert not faults(queries_of(client, address), COUNTED)


def _queries(model: Any, world: World) -> Iterator[str]:
    """Yield the links of every filter of the list, and searches with and without matches."""
    model_admin = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=world.staff)
    changes = model_admin.get_changelist_instance(request)
    for spec in changes.filter_specs:
        queries = {str(choice["query_string"]) for choice in spec.choices(changes)} - {"?"}
        yield from (query for query in sorted(queries) if not any(name in query for name in UNINDEXED))
    for lookup in model_admin.get_search_fields(request):
        path = str(lookup).removesuffix("__startswith")
        row = model._default_manager.filter(**{f"{path}__gt": ""}).values_list(path, flat=True).order_by("pk").last()
        yield f"?{urlencode({'q': row or 'nothing'})}"
    if model_admin.get_search_fields(request):
        yield "?q=nothing-has-this-name"
