"""Admin lists of requests and associations: constant query counts with 10 and 10,000 rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Tenant
from accounts.tests.admin_pages import client_of, page
from accounts.tests.factories import StaffFactory, UserFactory
from partners.models import Association, DisassociationRequest, Policy, Statement
from partners.tests.factories import AssociationFactory, PartnerFactory

pytestmark = pytest.mark.django_db
AT_MOST = 8


def requests(n: int) -> None:
    association, now = AssociationFactory(), timezone.now()
    user, policy, statement = UserFactory(tenant=association.customer), Policy.current(), Statement.current()
    DisassociationRequest.objects.bulk_create(
        DisassociationRequest(
            association=association,
            customer=association.customer,
            partner=association.partner,
            initiator="customer",
            requested_by=user,
            status="withdrawn",
            policy=policy,
            statement=statement,
            submitted_at=now,
            due_at=now + timedelta(days=10),
            closed_at=now,
        )
        for _ in range(n)
    )


def associations(n: int) -> None:
    partner, now = PartnerFactory(), timezone.now()
    customers = Tenant.objects.bulk_create(
        Tenant(key=f"many:{i}", public_key=f"many{i}", kind="customer", name=f"Many {i}") for i in range(n)
    )
    Association.objects.bulk_create(
        Association(customer=customer, partner=partner, model="reseller", started_at=now) for customer in customers
    )


@pytest.mark.parametrize("rows", [10, 10_000])
def test_query_count_of_requests_does_not_depend_on_row_count(rows: int) -> None:
    staff = client_of(StaffFactory())
    requests(rows)
    with CaptureQueriesContext(connection) as queries:
        response = staff.get(page(DisassociationRequest, "changelist"), {"q": "D-"})
    assert len(response.context["cl"].result_list) == min(50, rows)
    assert len(queries) <= AT_MOST, [query["sql"] for query in queries]


@pytest.mark.parametrize("rows", [10, 10_000])
def test_query_count_of_associations_does_not_depend_on_row_count(rows: int) -> None:
    staff = client_of(StaffFactory())
    associations(rows)
    with CaptureQueriesContext(connection) as queries:
        response = staff.get(page(Association, "changelist"))
    assert len(response.context["cl"].result_list) == min(50, rows)
    assert len(queries) <= AT_MOST, [query["sql"] for query in queries]
