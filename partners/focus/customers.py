"""Aggregate the charges of one customer. If values differ, the newest billing period wins, then the most rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from accounts.source_keys import sibling_key
from partners.eligibility.terms import add_months
from partners.focus.kinds import Kind, kind_of
from partners.focus.mapping import Charge, issuer_key
from partners.focus.values import MAX_KEY

CountedCharge: TypeAlias = "tuple[Charge, int]"


@dataclass(frozen=True)
class Commitment:
    number: str
    kind: Kind
    name: str
    period: datetime  # the newest billing period that names it
    key: str = ""  # the number in its normal form
    starts_at: datetime | None = None
    ends_at: datetime | None = None  # None: no purchase row has it
    is_applied_only: bool = False  # only ContractApplied names it, no CommitmentDiscountId


@dataclass(frozen=True)
class Period:
    """A billing period."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class BilledCustomer:
    """The aggregated charges of one customer."""

    key: str
    name: str
    issuer: str
    currency: str
    period: datetime  # the newest billing period of the customer in the file
    commitments: tuple[Commitment, ...]
    other_issuers: tuple[str, ...]
    other_currencies: tuple[str, ...]
    is_fully_read: bool = True  # no row of the customer was bad
    periods: tuple[Period, ...] = ()
    account: str = ""  # the billing account in its normal form
    case_variants: tuple[str, ...] = ()  # keys in the files that differ in case only

    def newest_ended_period(self, at: datetime) -> datetime | None:
        """Return the start of the newest billing period that ended by `at`."""
        return max((period.start for period in self.periods if period.end <= at), default=None)


def customer_of(charges: list[CountedCharge]) -> BilledCustomer:
    key = charges[0][0].customer_key
    issuers = _ranked(charges, lambda charge: charge.issuer, same=issuer_key)
    currencies = _ranked(charges, lambda charge: charge.currency)
    names = _ranked(charges, lambda charge: charge.customer_name)
    accounts = _ranked(charges, lambda charge: charge.account)
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


def _periods(charges: list[CountedCharge]) -> tuple[Period, ...]:
    """Return the billing periods in order, each with its latest end. A period without an end is a month."""
    ends: dict[str, str] = {}
    for charge, _ in charges:
        ends[charge.period] = max(ends.get(charge.period, ""), charge.period_end)
    return tuple(_period(start, ends[start]) for start in sorted(ends))


def _period(start: str, end: str) -> Period:
    at = datetime.fromisoformat(start)
    return Period(at, datetime.fromisoformat(end) if end else add_months(at, 1, ZoneInfo("UTC")))


def _ranked(
    charges: list[CountedCharge], value_of: Callable[[Charge], str], same: Callable[[str], str] = str
) -> list[str]:
    """Return the distinct values, ordered by newest period, then most rows, then alphabetically.

    Values with the same `same(value)` are one value, in its most frequent spelling.
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


def _commitments(key: str, charges: list[CountedCharge]) -> Iterator[Commitment]:
    named: dict[str, list[Charge]] = {}
    for several, _rows in charges:
        for charge in _per_commitment(several):
            named.setdefault(sibling_key(key, charge.commitment), []).append(charge)
    for normal_form, rows in named.items():
        newest, *_older = _newest_first(rows)
        name = next((charge.commitment_name for charge in _newest_first(rows) if charge.commitment_name), "")
        period, kind = datetime.fromisoformat(newest.period), _kind(rows, newest.period)
        is_applied_only = all(charge.contracts for charge in rows)
        yield Commitment(newest.commitment, kind, name, period, normal_form, *_term(rows), is_applied_only)


def _per_commitment(charge: Charge) -> Iterator[Charge]:
    """Yield the charge once for each commitment it names. For a contract commitment it has the number only.

    `contracts` is then set only where the number is from ContractApplied.
    """
    if charge.commitment:
        yield charge._replace(contracts="") if charge.contracts else charge
    for number in charge.contracts.splitlines():
        if number != charge.commitment:
            yield charge._replace(
                commitment=number, commitment_type="", commitment_name="", commitment_category="", term_end=""
            )


def _term(rows: list[Charge]) -> tuple[datetime | None, datetime | None]:
    """Return the term of the newest purchase. One that ends with its billing period may be an instalment: ignore it."""
    purchases = [
        row for row in rows if row.term_end and row.term_end > _period(row.period, row.period_end).end.isoformat()
    ]
    if not purchases:
        return None, None
    newest = max(purchases, key=lambda row: (row.period, row.term_end))
    start = datetime.fromisoformat(newest.term_start) if newest.term_start else None
    return start, datetime.fromisoformat(newest.term_end)


def _newest_first(rows: list[Charge]) -> list[Charge]:
    return sorted(rows, key=lambda charge: charge.period, reverse=True)


def _kind(rows: list[Charge], period: str) -> Kind:
    """Return the kind that the rows of the newest period agree on. Undecided rows are ignored."""
    newest = [charge for charge in rows if charge.period == period]
    kinds = {kind_of(charge.commitment_category, charge.commitment_type) for charge in newest} - {Kind.UNDECIDED}
    return kinds.pop() if len(kinds) == 1 else Kind.UNDECIDED
