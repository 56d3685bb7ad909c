"""Fixtures of all tests: flushes in spite of the append-only triggers, ANALYZE, Chromium, a Celery worker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from accounts.log import triggers
from partners.first_versions import make_first_versions
from portal.tests import slices

OF_MIGRATIONS = {"django_content_type", "auth_permission"}


def pytest_report_header() -> str:
    return f"slice of the sampled tests: {slices.VARIABLE}={slices.SLICE}"


@pytest.fixture(scope="session", autouse=True)
def _empty_past_the_triggers() -> Iterator[None]:
    """Empty the tables at the end of a transactional test, with the append-only triggers dropped.

    Django's flush creates every content type and permission again, which took most of the time of such a test.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        try:
            _empty_tables()
        finally:
            triggers.install(connection)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]


def _empty_tables() -> None:
    """Delete every row but those that a migration leaves. Foreign keys are checked at the commit."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(tables - OF_MIGRATIONS):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        make_first_versions()


@pytest.fixture
def fresh_statistics() -> Callable[[], None]:
    """Return a function that runs ANALYZE, for query plans after inserting thousands of rows in PostgreSQL."""

    def analyze() -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    return analyze


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the installed Chromium. As root it needs --no-sandbox."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed.")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture
def celery_worker_process(transactional_db: None) -> Iterator[subprocess.Popen[str]]:
    """Start a real Celery worker on REDIS_URL and the test database. Use it with `@pytest.mark.worker`."""
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool", "solo", "--loglevel", "INFO"],
        env={**os.environ, "DATABASE_URL": _url_of_the_test_database(), "DJANGO_SETTINGS_MODULE": "portal.settings"},
        text=True,
    )
    _wait_until_ready(worker)
    yield worker
    worker.terminate()
    try:
        worker.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.communicate()


def _wait_until_ready(worker: subprocess.Popen[str]) -> None:
    """Ping until the worker answers, because its log does not say when it is ready."""
    for _ in range(60):
        if worker.poll() is not None:
            pytest.fail(f"The worker ended with status {worker.returncode}; the captured output says why.")
        if current_app.control.ping(timeout=0.5):
            return
    pytest.fail("The worker did not answer for 30 s.")


def _url_of_the_test_database() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else str(database["USER"])
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
