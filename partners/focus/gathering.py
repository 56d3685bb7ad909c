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

from accounts.source_keys import account_key, fold, match_key, sibling_key
from partners.eligibility.terms import add_months
from partners.focus.kinds import Kind, kind_of
from partners.focus.mapping import MAX_KEY, Charge, issuer_key
from partners.focus.records import BadRecord

IN_MEMORY = 20_000
Counted: TypeAlias = "tuple[Charge, int]"


@dataclass(frozen=True)
class Commitment:
    number: str
    kind: Kind
    name: str
    period: datetime  # the newest billing period that names it
    key: str = ""  # the number in its normal form
    starts_at: datetime | None = None
    ends_at: datetime | None = None  # None: no purchase tells it


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
    account: str = ""  # the billing account in its normal form
    twins: tuple[str, ...] = ()  # keys in the files that differ from this one in case only, and may be the same account

    def newest_over(self, at: datetime) -> datetime | None:
        """The start of the newest billing period that is over at that moment."""
        return max((period.start for period in self.periods if period.end <= at), default=None)


SORTED = ("alike", "customer", "payer")  # normal forms, by which the charges are grouped
FIELDS = ", ".join(Charge._fields)


class Gathering:
    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._counts: Counter[Charge] = Counter()
        self._disk = sqlite3.connect("")
        columns = ", ".join(f"{name} TEXT" for name in (*SORTED, *Charge._fields))
        self._disk.execute(f"CREATE TABLE charge ({columns}, rows INTEGER)")
        self._disk.execute("CREATE TABLE unread (customer TEXT, account TEXT, PRIMARY KEY (customer, account))")

    def add(self, charge: Charge) -> None:
        self._counts[charge] += 1
        if len(self._counts) >= self._limit:
            self._spill()

    def add_bad(self, bad: BadRecord) -> None:
        """Remember whose record could not be read: a customer's, else a billing account's, else everybody's."""
        whose = (account_key(bad.customer), "") if bad.customer else ("", fold(bad.account))
        self._disk.execute("INSERT OR IGNORE INTO unread VALUES (?, ?)", whose)

    def issuers(self) -> Iterator[str]:
        """Every issuer once, as most rows spell it, in order."""
        self._spill()
        rows = self._disk.execute(
            "SELECT payer, issuer, SUM(rows) FROM charge WHERE issuer <> '' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2 DESC"
        )
        for _payer, spellings in groupby(rows, key=itemgetter(0)):
            yield next(spellings)[1]

    def customers(self) -> Iterator[BilledCustomer]:
        """Every customer once, in the order of their keys; those that differ in case only are neighbours."""
        self._spill()
        group = f"{', '.join(SORTED)}, {FIELDS}"
        rows = self._disk.execute(f"SELECT {group}, SUM(rows) FROM charge GROUP BY {group} ORDER BY {group}")  # noqa: S608
        for _alike, same in groupby(rows, key=itemgetter(0)):
            accounts = [
                [(Charge(*row[len(SORTED) : -1]), row[-1]) for row in own] for _, own in groupby(same, itemgetter(1))
            ]
            keys = [charges[0][0].customer_key for charges in accounts]
            for key, charges in zip(keys, accounts, strict=True):
                yield self._customer_of(charges, twins=tuple(twin for twin in keys if twin != key))

    def _customer_of(self, charges: list[Counted], twins: tuple[str, ...]) -> BilledCustomer:
        is_whole = not self._has_unread(charges[0][0].customer_key, {fold(charge.account) for charge, _ in charges})
        return replace(_customer_of(charges), is_whole=is_whole, twins=twins)

    def _has_unread(self, key: str, accounts: Collection[str]) -> bool:
        whose = "SELECT 1 FROM unread WHERE account = '' AND customer IN ('', ?)"
        found = self._disk.execute(whose, (account_key(key),)).fetchone()
        by_account = "SELECT 1 FROM unread WHERE customer = '' AND account = ?"
        return found is not None or any(self._disk.execute(by_account, (account,)).fetchone() for account in accounts)

    def close(self) -> None:
        self._disk.close()

    def _spill(self) -> None:
        marks = ", ".join("?" * (len(SORTED) + len(Charge._fields) + 1))
        self._disk.executemany(
            f"INSERT INTO charge VALUES ({marks})",  # noqa: S608
            ((*_normal_forms(charge), *charge, rows) for charge, rows in self._counts.items()),
        )
        self._counts.clear()


def _normal_forms(charge: Charge) -> tuple[str, str, str]:
    return match_key(charge.customer_key), account_key(charge.customer_key), issuer_key(charge.issuer)


def _customer_of(charges: list[Counted]) -> BilledCustomer:
    key = charges[0][0].customer_key
    issuers = _by_weight(charges, lambda charge: charge.issuer, same=issuer_key)
    currencies = _by_weight(charges, lambda charge: charge.currency)
    names = _by_weight(charges, lambda charge: charge.customer_name)
    accounts = _by_weight(charges, lambda charge: charge.account)
    periods = _periods(charges)
    return BilledCustomer(
        key=key,
        name=next(iter(names), ""),
        issuer=next(iter(issuers), ""),
        currency=next(iter(currencies), ""),
        period=periods[-1].start,
        commitments=tuple(_commitments(key, charges)),
        other_issuers=tuple(issuers[1:]),
        other_currencies=tuple(currencies[1:]),
        periods=periods,
        account=sibling_key(key, accounts[0])[:MAX_KEY] if accounts else "",
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


def _by_weight(
    charges: list[Counted], value_of: Callable[[Charge], str], same: Callable[[str], str] = str
) -> list[str]:
    """The different values: that of the newest period first, then that of most rows, then by the alphabet.

    Values that `same` makes equal are one, spelled as in most rows.
    """
    newest: dict[str, str] = {}
    rows: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for charge, count in charges:
        if value := value_of(charge):
            form = same(value)
            newest[form] = max(newest.get(form, ""), charge.period)
            rows[form] += count
            spellings.setdefault(form, Counter())[value] += count
    order = sorted(sorted(newest), key=lambda form: (newest[form], rows[form]), reverse=True)
    return [max(spellings[form].items(), key=lambda pair: (pair[1], pair[0]))[0] for form in order]


def _commitments(key: str, charges: list[Counted]) -> Iterator[Commitment]:
    named: dict[str, list[Charge]] = {}
    for charge, _ in charges:
        if charge.commitment:
            named.setdefault(sibling_key(key, charge.commitment), []).append(charge)
    for normal_form, rows in named.items():
        newest, *_older = _newest_first(rows)
        name = next((charge.commitment_name for charge in _newest_first(rows) if charge.commitment_name), "")
        period = datetime.fromisoformat(newest.period)
        kind = _kind(rows, newest.period)
        yield Commitment(newest.commitment, kind, name, period, normal_form, *_term(rows))


def _term(rows: list[Charge]) -> tuple[datetime | None, datetime | None]:
    """The term of the newest purchase. One that ends with the billing period may be an instalment: it tells none."""
    purchases = [
        row for row in rows if row.term_end and row.term_end > _period(row.period, row.period_end).end.isoformat()
    ]
    if not purchases:
        return None, None
    newest = max(purchases, key=lambda row: (row.period, row.term_end))
    start = datetime.fromisoformat(newest.term_start) if newest.term_start else None
    return start, datetime.fromisoformat(newest.term_end)


def _outlasts_its_period(row: Charge) -> bool:
    return datetime.fromisoformat(row.term_end) > _period(row.period, row.period_end).end


def _newest_first(rows: list[Charge]) -> list[Charge]:
    return sorted(rows, key=lambda charge: charge.period, reverse=True)


def _kind(rows: list[Charge], period: str) -> Kind:
    """What the rows of the newest period agree on: a row that does not decide has no vote."""
    newest = [charge for charge in rows if charge.period == period]
    kinds = {kind_of(charge.commitment_category, charge.commitment_type) for charge in newest} - {Kind.UNDECIDED}
    return kinds.pop() if len(kinds) == 1 else Kind.UNDECIDED
