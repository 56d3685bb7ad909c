"""Load a world of any size into PostgreSQL: `python -m bench.world TENANTS ENTRIES`, such as `1000000 10000000`.

Loads DATABASE_URL by COPY without indexes, creates these afterwards, and reports progress. It refuses a database with
data; `--again` empties it first, also after an aborted load. Server settings for loading (fsync,
maintenance_work_mem) are up to the caller.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from ctypes import c_longlong
from typing import Any

STARTED = time.monotonic()
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def main() -> None:
    arguments = [word for word in sys.argv[1:] if word != "--again"]
    if len(arguments) != 2 or not all(word.isdigit() for word in arguments):
        sys.exit(__doc__)
    build(int(arguments[0]), int(arguments[1]), again="--again" in sys.argv)


def build(tenants: int, entries: int, *, again: bool = False) -> None:
    """Load the world into DATABASE_URL."""
    if "postgres" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("DATABASE_URL names no PostgreSQL database.")
    if tenants < 20 or entries < tenants:
        sys.exit("A world has at least 20 tenants, and an entry for each of them.")
    _prepare(again)
    from django.utils import timezone

    from bench.rig import bulk, loading
    from bench.rig.population import World

    world = World(tenants, timezone.now())
    with bulk.without_indexes() as remakes:
        loading.load(loading.tables_of(world), say)
        _load_log(world, entries)
    _finish(remakes)
    say(f"{tenants:,} tenants and {entries:,} log entries are there.")


def _prepare(again: bool) -> None:
    """Set up Django and migrate the empty database."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "DEMO": "1"}
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if again:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY)
    call_command("migrate", verbosity=0)
    from accounts.models import Tenant

    if Tenant.objects.exists():
        sys.exit("The database is not empty. `--again` empties it first.")


def _load_log(world: Any, entries: int) -> None:
    """Hash and copy the log in two processes. Each chain belongs to one of them."""
    from django.db import connection

    connection.close()
    parts = min(2, os.cpu_count() or 1)
    context = multiprocessing.get_context("fork")
    done = context.Array(c_longlong, parts)
    workers = [context.Process(target=_load_part, args=(world, entries, part, done)) for part in range(parts)]
    for worker in workers:
        worker.start()
    for worker in workers:
        while worker.is_alive():
            worker.join(10)
            say(f"log entries: {sum(done[part] for part in range(parts)):,} of {entries:,}")
    if any(worker.exitcode for worker in workers):
        sys.exit("The log could not be loaded. Start over with `--again`.")
    _set_sequence_of_log()


def _load_part(world: Any, entries: int, part: int, done: Any) -> None:
    from bench.rig import loading

    def counted(number: int) -> None:
        done[part] = number

    loading.load_log(world, entries, part=part, parts=len(done), counted=counted)


def _set_sequence_of_log() -> None:
    from accounts.models import OperationLogEntry
    from bench.rig import bulk

    bulk.set_sequence(OperationLogEntry)


def _finish(remakes: list[str]) -> None:
    """Create the indexes and constraints, then VACUUM ANALYZE."""
    from django.db import connection

    with connection.cursor() as cursor:
        for number, statement in enumerate(remakes, start=1):
            begun = time.monotonic()
            cursor.execute(statement)
            if time.monotonic() - begun > 1 or number == len(remakes):
                say(f"index {number} of {len(remakes)}: {statement[:90]}")
        say("statistics ...")
        cursor.execute("VACUUM ANALYZE")


def say(text: str) -> None:
    print(f"{time.monotonic() - STARTED:7.1f} s  {text}", flush=True)


if __name__ == "__main__":
    main()
