"""Keeps what a file says of each customer, in memory that does not grow with the file.

Equal records are counted; when too many different ones stand in memory they go to a temporary table on disk, which
SQLite deletes by itself.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from partners.eligibility.terms import add_months
from partners.focus.kinds import Kind, kind_of
from partners.focus.mapping import Charge
from partners.focus.records import BadRecord

IN_MEMORY = 20_000
Counted: TypeAlias = "tuple[Charge, int]"


@dataclass(frozen=True)
class Commitment:
    number: str
    kind: Kind
    name: str
    period: datetime  # the newest billing period that names it


@dataclass(frozen=True)
class Period:
    """A billing period."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class BilledCustomer:
    """All that the file says of one customer. Where it says several things, the newest period and most rows win."""

    key: str
    name: str
    issuer: str
    currency: str
    period: datetime  # the newest billing period of the customer in the file
    commitments: tuple[Commitment, ...]
    other_issuers: tuple[str, ...]
    other_currencies: tuple[str, ...]
    is_whole: bool = True  # every row of the customer could be read
    periods: tuple[Period, ...] = ()

    def newest_over(self, at: datetime) -> datetime | None:
        """The start of the newest billing period that is over at that moment."""
        return max((period.start for period in self.periods if period.end <= at), default=None)


class Gathering:
    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._counts: Counter[Charge] = Counter()
        self._disk = sqlite3.connect("")
        columns = ", ".join(f"{name} TEXT" for name in Charge._fields)
        self._disk.execute(f"CREATE TABLE charge ({columns}, rows INTEGER)")
        self._disk.execute("CREATE TABLE unread (customer TEXT, account TEXT, PRIMARY KEY (customer, account))")

    def add(self, charge: Charge) -> None:
        self._counts[charge] += 1
        if len(self._counts) >= self._limit:
            self._spill()

    def add_bad(self, bad: BadRecord) -> None:
        """Remember whose record could not be read: a customer's, else a billing account's, else everybody's."""
        account = "" if bad.customer else bad.account
        self._disk.execute("INSERT OR IGNORE INTO unread VALUES (?, ?)", (bad.customer, account))

    def issuers(self) -> Iterator[str]:
        """Every issuer once, in order."""
        self._spill()
        return map(
            itemgetter(0), self._disk.execute("SELECT DISTINCT issuer FROM charge WHERE issuer <> '' ORDER BY 1")
        )

    def customers(self) -> Iterator[BilledCustomer]:
        """Every customer once, in the order of their keys."""
        self._spill()
        fields = ", ".join(Charge._fields)
        rows = self._disk.execute(f"SELECT {fields}, SUM(rows) FROM charge GROUP BY {fields} ORDER BY {fields}")  # noqa: S608
        counted = ((Charge(*row[:-1]), row[-1]) for row in rows)
        for _key, charges in groupby(counted, key=lambda pair: pair[0].customer_key):
            yield self._customer_of(list(charges))

    def _customer_of(self, charges: list[Counted]) -> BilledCustomer:
        is_whole = not self._has_unread(charges[0][0].customer_key, {charge.account for charge, _ in charges})
        return replace(_customer_of(charges), is_whole=is_whole)

    def _has_unread(self, key: str, accounts: Collection[str]) -> bool:
        found = self._disk.execute("SELECT 1 FROM unread WHERE account = '' AND customer IN ('', ?)", (key,)).fetchone()
        by_account = "SELECT 1 FROM unread WHERE customer = '' AND account = ?"
        return found is not None or any(self._disk.execute(by_account, (account,)).fetchone() for account in accounts)

    def close(self) -> None:
        self._disk.close()

    def _spill(self) -> None:
        marks = ", ".join("?" * (len(Charge._fields) + 1))
        self._disk.executemany(
            f"INSERT INTO charge VALUES ({marks})",  # noqa: S608
            ((*charge, rows) for charge, rows in self._counts.items()),
        )
        self._counts.clear()


def _customer_of(charges: list[Counted]) -> BilledCustomer:
    issuers = _by_weight(charges, lambda charge: charge.issuer)
    currencies = _by_weight(charges, lambda charge: charge.currency)
    names = _by_weight(charges, lambda charge: charge.customer_name)
    periods = _periods(charges)
    return BilledCustomer(
        key=charges[0][0].customer_key,
        name=next(iter(names), ""),
        issuer=next(iter(issuers), ""),
        currency=next(iter(currencies), ""),
        period=periods[-1].start,
        commitments=tuple(_commitments(charges)),
        other_issuers=tuple(issuers[1:]),
        other_currencies=tuple(currencies[1:]),
        periods=periods,
    )


def _periods(charges: list[Counted]) -> tuple[Period, ...]:
    """The billing periods in their order, each with its latest end. Without an end a period is a month."""
    ends: dict[str, str] = {}
    for charge, _ in charges:
        ends[charge.period] = max(ends.get(charge.period, ""), charge.period_end)
    return tuple(_period(start, ends[start]) for start in sorted(ends))


def _period(start: str, end: str) -> Period:
    at = datetime.fromisoformat(start)
    return Period(at, datetime.fromisoformat(end) if end else add_months(at, 1, ZoneInfo("UTC")))


def _by_weight(charges: list[Counted], value_of: Callable[[Charge], str]) -> list[str]:
    """The different values: that of the newest period first, then that of most rows, then by the alphabet."""
    newest: dict[str, str] = {}
    rows: Counter[str] = Counter()
    for charge, count in charges:
        value = value_of(charge)
        newest[value] = max(newest.get(value, ""), charge.period)
        rows[value] += count
    newest.pop("", None)
    return sorted(sorted(newest), key=lambda value: (newest[value], rows[value]), reverse=True)


def _commitments(charges: list[Counted]) -> Iterator[Commitment]:
    named: dict[str, list[Charge]] = {}
    for charge, _ in charges:
        if charge.commitment:
            named.setdefault(charge.commitment, []).append(charge)
    for number, rows in named.items():
        newest = max(rows, key=lambda charge: charge.period)
        name = next((charge.commitment_name for charge in _newest_first(rows) if charge.commitment_name), "")
        yield Commitment(number, _kind(rows, newest.period), name, datetime.fromisoformat(newest.period))


def _newest_first(rows: list[Charge]) -> list[Charge]:
    return sorted(rows, key=lambda charge: charge.period, reverse=True)


def _kind(rows: list[Charge], period: str) -> Kind:
    """What the rows of the newest period agree on: a row that does not decide has no vote."""
    newest = [charge for charge in rows if charge.period == period]
    kinds = {kind_of(charge.commitment_category, charge.commitment_type) for charge in newest} - {Kind.UNDECIDED}
    return kinds.pop() if len(kinds) == 1 else Kind.UNDECIDED
