"""Outages of the database in tasks, the clock and commands: the next tick tries again, a command exits with 75."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from accounts import outages, tasks
from accounts.models import Channel, Notification, User
from accounts.tests.factories import CustomerFactory
from accounts.tests.notices import queued
from partners import clock
from partners.tasks import tick
from portal.tests.kills.system import database_url
from portal.tests.outages import faults
from portal.tests.processes import DEMO, free_port, run

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks only its whole file.")
pytestmark = pytest.mark.django_db(transaction=True)


def expire_a_session() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))


@pytest.fixture(autouse=True)
def without_broker(settings: Settings) -> None:
    settings.REDIS_URL = ""


def test_a_tick_that_meets_an_outage_leaves_one_line_and_the_next_one_works() -> None:
    expire_a_session()
    with faults.read_only(), capture_logs() as lines:
        tick()
    assert {(line["event"], line["log_level"]) for line in lines} == {("upkeep-interrupted", "warning")}
    assert Session.objects.count() == 1
    tick()
    assert Session.objects.count() == 0


def test_a_sender_that_meets_an_outage_leaves_one_line_and_the_next_one_works() -> None:
    notice = queued()
    with faults.read_only(), capture_logs() as lines:
        tasks.deliver(Channel.EMAIL)
    assert [(line["event"], line["channel"]) for line in lines] == [("sender-interrupted", "email")]
    tasks.deliver(Channel.EMAIL)
    notice.refresh_from_db()
    assert notice.state == Notification.State.SENT


@on_postgresql
def test_a_locked_row_of_the_upkeep_delays_no_message() -> None:
    expire_a_session()
    notice = queued()
    with faults.setting("lock_timeout", "100ms"), faults.held("SELECT 1 FROM django_session FOR UPDATE"):
        clock.beat()
    notice.refresh_from_db()
    assert notice.state == Notification.State.SENT


def test_a_bug_in_a_task_is_raised() -> None:
    with pytest.raises(ProgrammingError), outages.tried_again_soon("x"):
        raise ProgrammingError("relation does not exist")


ABSENT = {
    "postgresql": f"postgres://portal@127.0.0.1:{free_port()}/portal",
    "sqlite": "sqlite:////nowhere/portal.sqlite3",
}


@pytest.mark.parametrize("vendor", ABSENT)
@pytest.mark.parametrize("command", ["verify_operation_log", "migrate", "tick", "find_duplicates"])
def test_a_command_without_its_database_says_one_sentence(command: str, vendor: str, tmp_path: Path) -> None:
    done = run(["manage.py", command], {**DEMO, "DATABASE_URL": ABSENT[vendor]}, tmp_path)
    assert done.returncode == outages.TRY_AGAIN == 75
    assert "Traceback" not in done.stderr
    (said,) = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert said.startswith("The database is not available: ")
    assert said.endswith(". Nothing is half done. Run the same command again.")


def test_a_command_that_waited_too_long_for_a_lock_can_run_again(tmp_path: Path) -> None:
    CustomerFactory(key="AWS:100")
    values = {**DEMO, "DATABASE_URL": database_url(), "COMMAND_LOCK_TIMEOUT": "1"}
    command = ["manage.py", "create_login", "--tenant", "AWS:100", "--role", "member", "--username", "dana"]
    with faults.tables_locked("accounts_user"):
        done = run(command, values, tmp_path)
    assert (done.returncode, done.stdout) == (75, ""), done.stderr
    assert not User.objects.exists()
    done = run(command, values, tmp_path)
    assert done.returncode == 0, done.stderr
    assert User.objects.get().username == "dana"


@on_postgresql
def test_a_log_that_cannot_be_read_in_time_is_not_called_altered() -> None:
    locked = faults.tables_locked("accounts_operationlogentry")
    with faults.setting("lock_timeout", "100ms"), locked, pytest.raises(OperationalError, match="lock timeout"):
        call_command("verify_operation_log")
