"""Connection options of the database: time limits of each kind of process, the web process's pool, prepared statements.

Only settings.py and manage.py import this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.environment import DATABASES, Environment

SECONDS = {"lowest": 1, "highest": 24 * 60 * 60}
# The commands of manage.py that are not of the kind "command". `serve` migrates before it starts its children.
PROCESSES = {"migrate": "migration", "serve": "migration", "run_clock": "clock", "tick": "clock", "runserver": "web"}
# A statement that a connection has run five times is prepared: PostgreSQL neither parses nor plans it again.
PREPARED = {"server_side_binding": True, "prepare_threshold": 5}
# With IMMEDIATE, a transaction takes the write lock at its start: upgrading a read lock later fails instead of waiting.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


@dataclass(frozen=True)
class Limits:
    """Seconds after which a statement fails: while it waits for a lock, and in all. SQLite knows the first one only."""

    lock: int
    statement: int


def process_of(arguments: list[str]) -> str:
    """Return the kind of process that a command line of manage.py starts, for PORTAL_PROCESS."""
    return PROCESSES.get(arguments[1], "command") if len(arguments) > 1 else "command"


def limits(env: Environment) -> dict[str, Limits]:
    """Return the time limits by kind of process."""
    return {
        "web": Limits(env.number("LOCK_TIMEOUT", 3, **SECONDS), env.number("STATEMENT_TIMEOUT", 15, **SECONDS)),
        "clock": Limits(
            env.number("CLOCK_LOCK_TIMEOUT", 5, **SECONDS), env.number("CLOCK_STATEMENT_TIMEOUT", 60, **SECONDS)
        ),
        "command": Limits(
            env.number("COMMAND_LOCK_TIMEOUT", 30, **SECONDS), env.number("COMMAND_STATEMENT_TIMEOUT", 900, **SECONDS)
        ),
        "migration": Limits(
            env.number("MIGRATION_LOCK_TIMEOUT", 10, **SECONDS),
            env.number("MIGRATION_STATEMENT_TIMEOUT", 3600, **SECONDS),
        ),
    }


def configure(env: Environment, process: str, default: str, threads: int) -> dict[str, Any]:
    """Return DATABASE_URL as an entry of Django's DATABASES, for a kind of process. Only web processes have a pool."""
    timeout = env.number("POOL_TIMEOUT", 2, **SECONDS)
    config = tune(env.database(default), limits(env)[process], has_pooler=env.flag("DATABASE_POOLER"))
    return share(config, threads=threads, timeout=timeout) if process == "web" else config


def tune(config: dict[str, Any], limits: Limits, *, has_pooler: bool = False) -> dict[str, Any]:
    """Add the options of one connection that the process keeps."""
    if config["ENGINE"] == DATABASES[0]:
        return {**config, "CONN_MAX_AGE": None, "OPTIONS": {**SQLITE, "timeout": limits.lock}}
    given = config.get("OPTIONS", {})
    of_pooler = {"prepare_threshold": None} if has_pooler else {"options": _startup(limits, given)}
    return {
        **config,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": has_pooler,
        "OPTIONS": {"connect_timeout": 5, **PREPARED, **given, **of_pooler},
    }


def share(config: dict[str, Any], *, threads: int, timeout: int) -> dict[str, Any]:
    """Let the threads of a web process share a pool. Whoever gets no connection within `timeout` seconds fails."""
    if config["ENGINE"] == DATABASES[0]:
        return config
    # The pool doubles the pauses between its tries to connect. After this time it gives up, and the next request tries
    # at once: a database that comes back is used at once, too.
    pool = {"min_size": 1, "max_size": max(4, threads), "timeout": timeout, "reconnect_timeout": timeout}
    return {**config, "CONN_MAX_AGE": 0, "OPTIONS": {**config["OPTIONS"], "pool": pool}}


def _startup(limits: Limits, given: Mapping[str, Any]) -> str:
    """Return the start-up options of libpq. Those of DATABASE_URL come last and win."""
    ours = f"-c lock_timeout={limits.lock}s -c statement_timeout={limits.statement}s"
    return f"{ours} {given.get('options', '')}".strip()
