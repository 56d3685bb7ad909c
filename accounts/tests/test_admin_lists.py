"""Admin lists: constant query counts with 10 and 10,000 rows, and the capped COUNT."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification, OperationLogEntry, Order, Tenant, User
from accounts.tests.admin_pages import client_of, page
from accounts.tests.factories import CustomerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
AT_MOST = 8


def tenants(n: int) -> None:
    Tenant.objects.bulk_create(
        [Tenant(key=f"many:{i}", public_key=f"many{i}", kind="customer", name=f"Many {i}") for i in range(n)]
    )


def users(n: int) -> None:
    tenant = CustomerFactory()
    User.objects.bulk_create(
        [User(username=f"u{i}", email=f"u{i}@lake.example", tenant=tenant, role="member") for i in range(n)]
    )


def orders(n: int) -> None:
    tenant, today = CustomerFactory(), timezone.localdate()
    Order.objects.bulk_create(
        [Order(tenant=tenant, number=str(i), ordered_on=today, amount=1, currency="EUR") for i in range(n)]
    )


def entries(n: int) -> None:
    user, now = UserFactory(), timezone.now()
    OperationLogEntry.objects.bulk_create(
        [
            OperationLogEntry(
                chain="vendor",
                seq=i + 1,
                at=now - timedelta(seconds=i),
                operation="associated",
                result="done",
                side="vendor",
                actor=user,
                customer=user.tenant,
                payload="{}",
                hash="0" * 64,
            )
            for i in range(n)
        ]
    )


def notices(n: int) -> None:
    user, now = UserFactory(), timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                event="approved",
                channel="email",
                recipient=user,
                recipient_tenant=user.tenant,
                idempotency_key=str(uuid4()),
                created_at=now,
                next_attempt_at=now,
            )
            for _ in range(n)
        ]
    )


@pytest.mark.parametrize("rows", [10, 10_000])
@pytest.mark.parametrize(
    ("model", "fill"),
    [(Tenant, tenants), (User, users), (Order, orders), (OperationLogEntry, entries), (Notification, notices)],
    ids=lambda value: value.__name__,
)
def test_list_query_count_does_not_depend_on_row_count(
    model: type[Model], fill: Callable[[int], None], rows: int
) -> None:
    staff = client_of(StaffFactory())
    fill(rows)
    with CaptureQueriesContext(connection) as queries:
        response = staff.get(page(model, "changelist"))
    assert len(response.context["cl"].result_list) == min(50, len(model._default_manager.all()[:60]))
    assert len(queries) <= AT_MOST, [query["sql"] for query in queries]


def test_capped_list_says_that_it_is_capped() -> None:
    staff: Client = client_of(StaffFactory())
    tenants(10_001)
    text = staff.get(page(Tenant, "changelist")).content.decode()
    assert "The first 10000 rows" in text


def test_index_page_needs_few_queries() -> None:
    staff = client_of(StaffFactory())
    with CaptureQueriesContext(connection) as queries:
        staff.get("/admin/")
    assert len(queries) <= AT_MOST


def test_the_filter_of_the_log_offers_only_operations_that_are_written() -> None:
    html = client_of(StaffFactory()).get(page(OperationLogEntry, "changelist")).content.decode()
    assert "?operation__exact=approved" in html
    assert "?operation__exact=expired" not in html


def test_the_filter_of_the_log_finds_the_entries_of_its_operation() -> None:
    entries(1)
    staff = client_of(StaffFactory())
    found = staff.get(page(OperationLogEntry, "changelist"), {"operation__exact": "associated"})
    assert "1 row" in found.content.decode()
    other = staff.get(page(OperationLogEntry, "changelist"), {"operation__exact": "approved"})
    assert "0 rows" in other.content.decode()


def test_a_log_entry_names_its_operation_and_what_happened() -> None:
    entries(1)
    html = client_of(StaffFactory()).get(page(OperationLogEntry, "change", OperationLogEntry.objects.get().pk))
    labels = [field.field["label"] for line in html.context["adminform"] for row in line for field in row]
    assert labels.count("what happened") == labels.count("operation") == 1
