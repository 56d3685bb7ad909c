"""Shared by the benchmarks of notices: run the real senders with a separate database and message file.

Without REDIS_URL it runs `run_clock` on SQLite, with REDIS_URL a Celery worker and beat on DATABASE_URL.
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
    """Return the embedded back end, and the one with services if DATABASE_URL and REDIS_URL are set."""
    return [EMBEDDED, SERVICES] if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else [EMBEDDED]


def measure_apart(module: str, back_end: str) -> None:
    """Run `module` again for one back end, in a subprocess with a separate environment."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        keys = {name: secrets.token_hex(40) for name in ("SECRET_KEY", "CODE_KEY")}
        environment = {**os.environ, **keys, "DEMO": "1", "VAR_DIR": scratch, "BENCH_BACK_END": back_end}
        if back_end == EMBEDDED:
            environment = {k: v for k, v in environment.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        subprocess.run([sys.executable, "-m", module], env=environment, check=True)


def asked_for() -> str:
    """Return the back end that this subprocess measures, or "" in the main process."""
    return os.environ.get("BENCH_BACK_END", "")


def prepare() -> None:
    """Set up Django and migrate the back end's empty database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def running() -> Iterator[None]:
    """Run the background processes of `make run` until the block ends."""
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
