"""The time limits behind a real transaction pooler: the roles of deploy/roles.sql have them, and commands work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection
from django.db.utils import ConnectionHandler

from portal.database import Limits, tune
from portal.tests.outages import faults
from portal.tests.processes import DEMO, ROOT, free_port, run

WITHIN = 30.0  # seconds: a timeout against hanging tests
PGBOUNCER = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pooler."),
    pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed."),
]


@pytest.fixture
def roles() -> Iterator[str]:
    """Make the roles under names of this test, since roles belong to all databases of a server."""
    script = (ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8").replace("portal_", "pooled_")
    faults.run(script)
    yield "pooled_app"
    for role in ("pooled_clock", "pooled_command", "pooled_app"):
        faults.run(f"DROP OWNED BY {role}")
        faults.run(f"DROP ROLE {role}")


@pytest.fixture
def pooler(roles: str, tmp_path: Path) -> Iterator[int]:
    """Run PgBouncer, which logs in as the web's role, and return its port."""
    server, port = connection.settings_dict, free_port()
    target = f"host={server['HOST']} port={server['PORT'] or 5432} dbname={server['NAME']} user={roles}"
    options = ["pool_mode=transaction", "auth_type=any", "listen_addr=127.0.0.1", f"listen_port={port}"]
    lines = ["[databases]", f"portal = {target}", "[pgbouncer]", *options, "unix_socket_dir=", "max_client_conn=20"]
    (tmp_path / "pgbouncer.ini").write_text("\n".join(lines) + "\n")
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([str(PGBOUNCER), "-q", *as_nobody, str(tmp_path / "pgbouncer.ini")])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(WITHIN)


def _wait_for(port: int) -> None:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("PgBouncer does not answer.")


def through(port: int, *, has_pooler: bool) -> Any:
    given = {"ENGINE": "django.db.backends.postgresql", "NAME": "portal", "HOST": "127.0.0.1", "PORT": port}
    config = tune({**given, "USER": "anybody"}, Limits(lock=1, statement=2), has_pooler=has_pooler)
    return ConnectionHandler({"default": config})["default"]


@pytest.mark.parametrize("is_autocommit", [True, False])
def test_the_limits_of_the_role_hold_in_autocommit_and_in_transactions(pooler: int, is_autocommit: bool) -> None:
    pooled = through(pooler, has_pooler=True)
    pooled.set_autocommit(is_autocommit)
    with pooled.cursor() as cursor:
        for name, value in (("lock_timeout", "3s"), ("statement_timeout", "15s")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
    pooled.close()


def test_a_pooler_refuses_start_up_options_loudly(pooler: int) -> None:
    with pytest.raises(Error, match="unsupported startup parameter"):
        faults.run("SELECT 1", through(pooler, has_pooler=False))


def test_commands_work_behind_it(pooler: int, tmp_path: Path) -> None:
    values = {**DEMO, "DATABASE_URL": f"postgres://anybody@127.0.0.1:{pooler}/portal", "DATABASE_POOLER": "1"}
    done = run(["manage.py", "verify_operation_log"], values, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "entries verified" in done.stdout
