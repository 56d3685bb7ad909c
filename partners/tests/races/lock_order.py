"""Records in which order transactions take their row locks (PostgreSQL)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus

TENANT, SENDS = "accounts_tenant", "advisory lock"
# The one order of the house. Facts are written under the lock of their tenant, so that theirs does not matter.
ORDER = (
    TENANT,
    "partners_association",
    "partners_disassociationrequest",
    "accounts_smsdevice",
    "accounts_challenge",
    SENDS,
    "accounts_notification",
    "accounts_chainhead",
)
FACTS = frozenset(
    f"accounts_{name}"
    for name in (
        "order", "arrears", "factfeed", "reservedinstance", "supportplan", "commercecontract", "memberaccount"
    )
)  # fmt: skip
ROW_LOCK = re.compile(r"FOR (?:NO KEY )?UPDATE")
MAKING = re.compile(r'INSERT INTO "(\w+)"')
TABLE = re.compile(r'(?:FROM|^UPDATE) "(\w+)"')


def locked_table(sql: str) -> str | None:
    """The table of which a statement locks rows, if it does."""
    if "pg_advisory_xact_lock" in sql:
        return SENDS
    if not sql.startswith("UPDATE") and not ROW_LOCK.search(sql):
        return None
    found = TABLE.search(sql)
    return found.group(1) if found else None


class LockOrder:
    """The tables that each transaction locked, each once, in the order of the first time.

    For rows that a transaction has made itself nobody waits.
    """

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self._own: set[str] = set()

    @contextmanager
    def recording(self) -> Iterator[LockOrder]:
        with connection.execute_wrapper(self._note):
            yield self

    @property
    def locks(self) -> int:
        return sum(map(len, self.transactions))

    def violations(self) -> list[list[str]]:
        return [tables for tables in self.transactions if not _is_in_order(tables)]

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        is_first = connection.connection.info.transaction_status == TransactionStatus.IDLE
        if is_first or not self.transactions:
            self.transactions.append([])
            self._own.clear()
        if made := MAKING.match(sql):
            self._own.add(made.group(1))
        table = locked_table(sql)
        if table and table not in self._own and table not in self.transactions[-1]:
            self.transactions[-1].append(table)
        return execute(sql, params, many, context)


def _is_in_order(tables: list[str]) -> bool:
    ordered = [table for table in tables if table in ORDER]
    fact = next((place for place, table in enumerate(tables) if table in FACTS), len(tables))
    is_guarded = fact == len(tables) or TENANT in tables[:fact]
    return is_guarded and ordered == sorted(ordered, key=ORDER.index)
