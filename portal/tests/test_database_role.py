"""The database roles of deploy/roles.sql: the portal works under each, cannot touch the log, and has time limits."""

from __future__ import annotations

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
from portal.database import limits
from portal.environment import Environment
from portal.tests.processes import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("postgresql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has no roles."),
]
ROLES = ROOT / "deploy" / "roles.sql"
LIMITS_OF = {"portal_app": "web", "portal_clock": "clock", "portal_command": "command"}


@pytest.fixture
def roles(db: None) -> None:
    """Make the roles, twice as after an upgrade. The rollback of the test drops them."""
    for _time in range(2):
        connection.cursor().execute(ROLES.read_text(encoding="utf-8"))


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("role", LIMITS_OF)
def test_portal_works_with_the_limited_database_role(roles: None, role: str) -> None:
    association = AssociationFactory()
    customer, partner = administrator_with_number(association), administrator_with_number(association, of_partner=True)
    with acting_as(role):
        browser, decider = browser_of(customer), browser_of(partner)
        browser.post("/my-partner/disassociate/", {"understand": "on", "reason": "We buy in-house."})
        code = code_for(Challenge.objects.get())
        assert browser.post("/my-partner/disassociate/verify/", {"code": code}).status_code == 303
        made = DisassociationRequest.objects.get()
        assert decider.post(f"/requests/{made.reference}/approve/", {"understand": "on"}).status_code == 303
        made.refresh_from_db()
        assert made.status == Status.COMPLETED
        assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize("role", LIMITS_OF)
def test_it_has_the_time_limits_of_its_processes_on_every_connection(roles: None, role: str) -> None:
    """PostgreSQL applies them at the login, also when a pooler logs in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = %s ORDER BY 1", [role])
        found = [text for (text,) in cursor.fetchall()]
    limit = limits(Environment({}))[LIMITS_OF[role]]
    assert found == [f"lock_timeout={limit.lock}s", f"statement_timeout={limit.statement}s"]


@pytest.mark.parametrize("role", LIMITS_OF)
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
def test_database_role_may_not(roles: None, role: str, statement: str) -> None:
    with acting_as(role):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            connection.cursor().execute(statement)
        assert OperationLogEntry.objects.count() == 0
