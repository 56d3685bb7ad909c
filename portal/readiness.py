"""The checks of `/readyz`: can this node serve, and is what it accepts also delivered?

Each returns its problem in words, or "".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Heartbeat
from portal import broker
from portal.gauges import oldest_undelivered_seconds

LATEST_TICK = timedelta(seconds=30)
OLDEST_NOTICE = timedelta(minutes=10)

Check = Callable[[], str]


def problems_of(part: str) -> dict[str, str]:
    """Return the problems of the part by check. After a database error the other checks are skipped."""
    problems: dict[str, str] = {}
    for name, check in PARTS[part].items():
        try:
            problem = check()
        except DatabaseError as error:
            return {**problems, name: type(error).__name__}
        if problem:
            problems[name] = problem
    return problems


def _database() -> str:
    """Write a row and roll it back. A standby, a full disk and a read-only file answer queries."""
    with transaction.atomic():
        Heartbeat.beat(Heartbeat.Job.TRIAL)
        transaction.set_rollback(True)
    return ""


def _migrations() -> str:
    """Look for pending migrations, read from the database each time."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} migrations to run" if pending else ""


def _clock() -> str:
    age = Heartbeat.age(Heartbeat.Job.TICK)
    if age is None:
        return "the clock has never ticked"
    return f"the last tick was {age.total_seconds():.0f} s ago" if age > LATEST_TICK else ""


def _notices() -> str:
    age = oldest_undelivered_seconds()
    return f"the oldest notice waits for {age:.0f} s" if age > OLDEST_NOTICE.total_seconds() else ""


PARTS: dict[str, dict[str, Check]] = {
    "": {"migrations": _migrations, "database": _database},
    "delivery": {"clock": _clock, "broker": broker.problem, "notices": _notices},
}
