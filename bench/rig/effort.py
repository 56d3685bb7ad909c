"""CPU time of the web and database processes: the cost of a request even on a busy machine.

Read from /proc (Linux), for a database on the same machine. 0 if it cannot be read.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def of_web(master: int) -> float:
    """Return the CPU seconds of the children of gunicorn's master so far."""
    try:
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return sum(_seconds(int(pid)) for pid in children)


def of_database() -> float:
    """Return the CPU seconds of the database's processes for all connections except this one."""
    with connection.cursor() as cursor:
        cursor.execute(BACKENDS)
        return sum(_seconds(pid, name="postgres") for (pid,) in cursor.fetchall())


def _seconds(pid: int, name: str = "") -> float:
    try:
        before, _, after = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")
    except OSError:
        return 0.0
    if name not in before:
        return 0.0
    words = after.split()
    return (int(words[11]) + int(words[12])) / TICKS
