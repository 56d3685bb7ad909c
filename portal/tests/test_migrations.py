"""Migrations: what they do to rows that are there, and that they import no code that may change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Tenant, User
from portal.tests.processes import ROOT

BEFORE = ("accounts", "0006_usernames_and_addresses_that_read_alike")
# Fields and their defaults, which Django writes into a migration, and the triggers, which are made anew each time.
OF_DJANGO = r"import accounts\.|import partners\.|from accounts\.log import triggers|from accounts\.migrations\._"


@pytest.fixture
def before_idna_2008(transactional_db: None) -> Iterator[MigrationExecutor]:
    MigrationExecutor(connection).migrate([BEFORE])
    executor = MigrationExecutor(connection)
    yield executor
    MigrationExecutor(connection).migrate(executor.loader.graph.leaf_nodes())


def test_a_domain_whose_a_label_is_too_long_stays_as_it_is(before_idna_2008: MigrationExecutor) -> None:
    apps = before_idna_2008.loader.project_state([BEFORE]).apps
    old_user: Any = apps.get_model("accounts", "User")
    too_long = f"{'a' * 64}@{'.'.join(['ä' * 40] * 4)}.example"
    assert len(too_long) <= 254
    old_user.objects.create(username="dana", email=too_long, is_staff=True)
    old_user.objects.create(username="erin", email="erin@straße.example", is_staff=True)
    apps.get_model("accounts", "Tenant").objects.create(
        kind="customer", key="aws:1", name="Lake", contact_email="lake@straße.example"
    )
    before_idna_2008.migrate(before_idna_2008.loader.graph.leaf_nodes())
    assert dict(User.objects.values_list("username", "email")) == {
        "dana": too_long,
        "erin": "erin@xn--strae-oqa.example",
    }
    assert Tenant.objects.get().contact_email == "lake@xn--strae-oqa.example"


def test_no_migration_imports_code_that_may_change() -> None:
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        imported = re.findall(r"^(?:from|import) (?:accounts|partners|portal).*$", path.read_text(), re.MULTILINE)
        assert [line for line in imported if not re.match(OF_DJANGO, line)] == [], path.name
