"""Tell an outage of the database from a bug: by SQLSTATE on PostgreSQL, by result code on SQLite.

An outage passes: a lock or statement took too long, the database is absent, read-only or full. The same step succeeds
later, so pages answer 503, the clock tries again and commands exit with TRY_AGAIN. Everything else is a bug.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import Error, InterfaceError, OperationalError

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a temporary failure
# SQLSTATE: connection, resources (disk, memory, connections), operator (shutdown, cancelled by a time limit), system.
CLASSES = {"08", "53", "57", "58"}
# Lock not available, serialization failure, deadlock; read-only; transaction ended for being idle or for its length.
STATES = {"55P03", "40001", "40P01", "25006", "25P03", "25P04"}
# Primary result codes; the extended ones have them in their last byte.
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}

logger = structlog.get_logger(__name__)


def is_outage(error: BaseException | None) -> bool:
    """Return whether this error of the database passes by itself, or when its operator acts."""
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no answer of the server: not connected, no place in the pool, or cut off
        return isinstance(error, OperationalError | InterfaceError)
    return state[:2] in CLASSES or state in STATES


def sentence(error: Error) -> str:
    """Return one line for the terminal of an operator."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"The database is not available: {reason}. Nothing is half done. Run the same command again."


@contextmanager
def tried_again_soon(event: str, **about: str) -> Iterator[None]:
    """Log an outage in one line and go on, because the caller runs again within seconds. Bugs are raised."""
    try:
        yield
    except Error as error:
        if not is_outage(error):
            raise
        logger.warning(event, error=type(error.__cause__ or error).__name__, **about)
