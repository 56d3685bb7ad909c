"""Keeps what a file says of each customer, in memory that does not grow with the file.

Equal records are counted; when too many different ones stand in memory they go to a temporary table on disk, which
SQLite deletes by itself.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from partners.focus.mapping import Charge

IN_MEMORY = 20_000
Counted: TypeAlias = "tuple[Charge, int]"


@dataclass(frozen=True)
class Commitment:
    number: str
    type: str
    name: str
    period: datetime  # the newest billing period that names it

    @property
    def is_reservation(self) -> bool:
        return self.type.casefold() == "reservation"


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


class Gathering:
    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._counts: Counter[Charge] = Counter()
        self._disk = sqlite3.connect("")
        columns = ", ".join(f"{name} TEXT" for name in Charge._fields)
        self._disk.execute(f"CREATE TABLE charge ({columns}, rows INTEGER)")

    def add(self, charge: Charge) -> None:
        self._counts[charge] += 1
        if len(self._counts) >= self._limit:
            self._spill()

    def issuers(self) -> Iterator[str]:
        """Every issuer once, in order."""
        self._spill()
        return map(itemgetter(0), self._disk.execute("SELECT DISTINCT issuer FROM charge ORDER BY 1"))

    def customers(self) -> Iterator[BilledCustomer]:
        """Every customer once, in the order of their keys."""
        self._spill()
        fields = ", ".join(Charge._fields)
        rows = self._disk.execute(f"SELECT {fields}, SUM(rows) FROM charge GROUP BY {fields} ORDER BY {fields}")  # noqa: S608
        counted = ((Charge(*row[:-1]), row[-1]) for row in rows)
        for _key, charges in groupby(counted, key=lambda pair: pair[0].customer_key):
            yield _customer_of(list(charges))

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
    newest = max(charge.period for charge, _ in charges)
    return BilledCustomer(
        key=charges[0][0].customer_key,
        name=next(iter(names), ""),
        issuer=issuers[0],
        currency=next(iter(currencies), ""),
        period=datetime.fromisoformat(newest),
        commitments=tuple(_commitments(charges)),
        other_issuers=tuple(issuers[1:]),
        other_currencies=tuple(currencies[1:]),
    )


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
    newest: dict[str, Charge] = {}
    for charge, _ in charges:
        known = newest.get(charge.commitment)
        if charge.commitment and (known is None or charge.period >= known.period):
            newest[charge.commitment] = charge
    for number, charge in newest.items():
        yield Commitment(number, charge.commitment_type, charge.commitment_name, datetime.fromisoformat(charge.period))
