"""The real senders on a database and a message store of their own: what the measurements of notices share.

Without REDIS_URL `run_clock` on SQLite, with it a Celery worker and its beat on DATABASE_URL.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EMBEDDED = "SQLite, run_clock"
SERVICES = "PostgreSQL, Redis, worker"


def back_ends() -> list[str]:
    """The embedded one, and the other when the addresses of its services are given."""
    return [EMBEDDED, SERVICES] if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else [EMBEDDED]


def measure_apart(module: str, back_end: str) -> None:
    """Run `module` once more for one back end, in an environment of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        keys = {name: secrets.token_hex(40) for name in ("SECRET_KEY", "CODE_KEY")}
        environment = {**os.environ, **keys, "DEMO": "1", "VAR_DIR": scratch, "BENCH_BACK_END": back_end}
        if back_end == EMBEDDED:
            environment = {k: v for k, v in environment.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        subprocess.run([sys.executable, "-m", module], env=environment, check=True)


def asked_for() -> str:
    """The back end that this process is to measure; "" in the process that a person started."""
    return os.environ.get("BENCH_BACK_END", "")


def prepare() -> None:
    """Start Django on the back end's own, empty database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def running() -> Iterator[None]:
    """What `make run` starts beside the web process, until the block ends."""
    from portal.management.commands.serve import commands

    lines = [line for name, line in commands(os.environ.get("REDIS_URL", "")).items() if name != "web"]
    with Path(os.devnull).open("w") as nowhere:
        processes = [subprocess.Popen([sys.executable, *line], stdout=nowhere, stderr=nowhere) for line in lines]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)
