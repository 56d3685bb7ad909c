"""The connection options of the database: time limits of each kind of process, the pool, prepared statements."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.database import Limits, process_of, share, tune
from portal.environment import Environment, Refused
from portal.tests.processes import DEMO, PRODUCTION, run, settings_under

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "portal"}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}
LIMITS = Limits(lock=3, statement=15)
KINDS = {"web": (3, 15), "clock": (5, 60), "command": (30, 900), "migration": (10, 3600)}


def database_of(kind: str, var: Path, **values: str) -> dict[str, Any]:
    address = {"DATABASE_URL": "postgres://portal@localhost/portal"}
    found: dict[str, Any] = settings_under({**PRODUCTION, **address, **values, "PORTAL_PROCESS": kind}, var)
    return dict(found["DATABASES"]["default"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_process_has_its_time_limits(kind: str, tmp_path: Path) -> None:
    lock, statement = KINDS[kind]
    options = database_of(kind, tmp_path)["OPTIONS"]
    assert options["options"] == f"-c lock_timeout={lock}s -c statement_timeout={statement}s"


@pytest.mark.parametrize("kind", KINDS)
def test_every_time_limit_is_a_variable(kind: str, tmp_path: Path) -> None:
    prefix = "" if kind == "web" else f"{kind.upper()}_"
    values = {f"{prefix}LOCK_TIMEOUT": "7", f"{prefix}STATEMENT_TIMEOUT": "8"}
    options = database_of(kind, tmp_path, **values)["OPTIONS"]
    assert options["options"] == "-c lock_timeout=7s -c statement_timeout=8s"


@pytest.mark.parametrize("value", ["0", "-1", "forever", "86401"])
def test_no_time_limit_can_be_switched_off(value: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"STATEMENT_TIMEOUT .* whole number from 1 to 86400"):
        database_of("web", tmp_path, STATEMENT_TIMEOUT=value)


def test_sqlite_waits_for_its_one_lock_as_long_as_postgresql_for_any() -> None:
    options = tune(SQLITE, LIMITS)["OPTIONS"]
    assert (options["timeout"], options["transaction_mode"]) == (3, "IMMEDIATE")


def test_behind_a_pooler_nothing_depends_on_the_session() -> None:
    """It refuses start-up options, and hands the session to somebody else after each transaction."""
    config = tune(POSTGRES, LIMITS, has_pooler=True)
    assert "options" not in config["OPTIONS"]
    assert config["OPTIONS"]["prepare_threshold"] is None
    assert config["DISABLE_SERVER_SIDE_CURSORS"]


def test_the_variable_of_the_pooler_acts(tmp_path: Path) -> None:
    assert "options" not in database_of("web", tmp_path, DATABASE_POOLER="1")["OPTIONS"]


def test_repeated_statements_are_prepared_unless_the_address_says_otherwise() -> None:
    assert tune(POSTGRES, LIMITS)["OPTIONS"]["prepare_threshold"] == 5
    address = "postgres://portal@localhost/portal?prepare_threshold=1000000"
    config = Environment({"DATABASE_URL": address}).database("")
    assert tune(config, LIMITS)["OPTIONS"]["prepare_threshold"] == 1_000_000


def test_a_web_process_shares_a_pool_that_serves_all_its_threads(tmp_path: Path) -> None:
    config = database_of("web", tmp_path, WEB_THREADS="8")
    assert (config["OPTIONS"]["pool"]["max_size"], config["OPTIONS"]["pool"]["timeout"]) == (8, 2)
    assert config["CONN_MAX_AGE"] == 0
    assert database_of("web", tmp_path, POOL_TIMEOUT="4")["OPTIONS"]["pool"]["timeout"] == 4


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"web"}))
def test_any_other_process_keeps_one_connection(kind: str, tmp_path: Path) -> None:
    config = database_of(kind, tmp_path)
    assert "pool" not in config["OPTIONS"]
    assert config["CONN_MAX_AGE"] is None


def test_the_options_of_a_database_address_are_kept() -> None:
    given = {"sslmode": "require", "options": "-c search_path=portal"}
    options = tune({**POSTGRES, "OPTIONS": given}, LIMITS)["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["options"] == "-c lock_timeout=3s -c statement_timeout=15s -c search_path=portal"


def test_sqlite_has_no_pool() -> None:
    config = tune(SQLITE, LIMITS)
    assert share(config, threads=4, timeout=2) == config


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("migrate", "migration"),
        ("serve", "migration"),
        ("run_clock", "clock"),
        ("tick", "clock"),
        ("runserver", "web"),
        ("import_focus", "command"),
        ("verify_operation_log", "command"),
    ],
)
def test_a_command_says_which_kind_of_process_it_is(command: str, kind: str) -> None:
    assert process_of(["manage.py", command]) == kind
    assert process_of(["manage.py"]) == "command"


def test_a_worker_is_of_the_kind_of_the_clock_whoever_starts_it(tmp_path: Path) -> None:
    printed = "import portal.celery; from django.conf import settings; print(settings.PROCESS)"
    for parent in ({}, {"PORTAL_PROCESS": "migration"}):
        assert run(["-c", printed], {**DEMO, **parent}, tmp_path).stdout.strip() == "clock"


@pytest.mark.skipif("postgresql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has no such limits.")
def test_the_limits_hold_on_the_server(tmp_path: Path) -> None:
    code = (
        "from django.db import connection\n"
        "for name in ('lock_timeout', 'statement_timeout'):\n"
        "    cursor = connection.cursor()\n"
        "    cursor.execute(f'SHOW {name}')\n"
        "    print(*cursor.fetchone())"
    )
    values = {**DEMO, "DATABASE_URL": os.environ["DATABASE_URL"], "COMMAND_LOCK_TIMEOUT": "7"}
    done = run(["manage.py", "shell", "--no-imports", "-c", code], values, tmp_path)
    assert done.stdout.split() == ["7s", "15min"], done.stderr
