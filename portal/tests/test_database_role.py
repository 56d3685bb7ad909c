"""The database role that docs/security.md gives the running portal: it lives the way, and cannot touch the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from accounts.codes import code_for
from accounts.models import Challenge, OperationLogEntry
from partners.models import DisassociationRequest, Status
from partners.tests.browsing import browser_of
from partners.tests.factories import AssociationFactory, administrator_with_number
from portal.tests.processes import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("postgresql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has no roles."),
]
DOCUMENT = ROOT / "docs" / "security.md"
ROLE = "portal_app"


@contextmanager
def role_of_the_document() -> Iterator[None]:
    """Make the role as the document says, and act as it until the end of the block. The test's rollback drops it."""
    found = re.search(r"```sql\n(.+?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    with connection.cursor() as cursor:
        cursor.execute(found[1])
        cursor.execute(f"SET ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


def test_portal_works_with_the_limited_database_role() -> None:
    association = AssociationFactory()
    customer, partner = administrator_with_number(association), administrator_with_number(association, of_partner=True)
    with role_of_the_document():
        browser, decider = browser_of(customer), browser_of(partner)
        browser.post("/my-partner/disassociate/", {"understand": "on", "reason": "We buy in-house."})
        code = code_for(Challenge.objects.get())
        assert browser.post("/my-partner/disassociate/verify/", {"code": code}).status_code == 303
        made = DisassociationRequest.objects.get()
        assert decider.post(f"/requests/{made.reference}/approve/", {"understand": "on"}).status_code == 303
        made.refresh_from_db()
        assert made.status == Status.COMPLETED
        assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_operationlogentry SET reference = 'forged'",
        "DELETE FROM accounts_operationlogentry",
        "TRUNCATE accounts_operationlogentry",
        "DROP TRIGGER operation_log_no_change ON accounts_operationlogentry",
        "ALTER TABLE accounts_operationlogentry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id int)",
    ],
)
def test_database_role_may_not(statement: str) -> None:
    with role_of_the_document():
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            connection.cursor().execute(statement)
        assert OperationLogEntry.objects.count() == 0
