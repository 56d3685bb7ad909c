"""Staging tables of an import: charges grouped by customer, in memory that does not grow with the file.

Equal records are counted. When too many distinct ones are in memory, they spill to a temporary SQLite database on disk,
which SQLite deletes on close.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from accounts.source_keys import account_key, bare_number, match_key, provider_of, sibling_key
from partners.focus.contracts import Contract, strength
from partners.focus.customers import BilledCustomer, CountedCharge, customer_of
from partners.focus.mapping import Charge, issuer_key
from partners.focus.records import BadRecord

IN_MEMORY = 20_000  # distinct charges
GROUPED = ("match_key", "customer", "payer")  # normalized columns; the charges are grouped by them
FIELDS = ", ".join(Charge._fields)
CONTRACT_FIELDS = ", ".join(Contract._fields)


class Staging:
    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._counts: Counter[Charge] = Counter()
        self._disk = sqlite3.connect("")
        columns = ", ".join(f"{name} TEXT" for name in (*GROUPED, *Charge._fields))
        self._disk.execute(f"CREATE TABLE charge ({columns}, rows INTEGER)")
        self._disk.execute("CREATE TABLE unread (customer TEXT, account TEXT, PRIMARY KEY (customer, account))")
        columns = ", ".join(f"{name} TEXT" for name in (*Contract._fields, "bare_number"))
        self._disk.execute(f"CREATE TABLE contract ({columns}, PRIMARY KEY (number, provider))")
        self._disk.execute("CREATE INDEX by_bare_number ON contract (bare_number)")

    def add(self, charge: Charge) -> None:
        self._counts[charge] += 1
        if len(self._counts) >= self._limit:
            self._spill()

    def add_contract(self, contract: Contract) -> None:
        """Stage the contract. Of several rows with one ID, the row that keeps the commitment longest in force wins."""
        same = f"SELECT {CONTRACT_FIELDS} FROM contract WHERE number = ? AND provider = ?"  # noqa: S608
        before = self._disk.execute(same, (contract.number, contract.provider)).fetchone()
        if before is not None and strength(Contract._make(before)) > strength(contract):
            return
        row = (*contract, bare_number(contract.number))
        marks = ", ".join("?" * len(row))
        self._disk.execute(f"INSERT OR REPLACE INTO contract VALUES ({marks})", row)  # noqa: S608

    def contracts(self) -> Iterator[Contract]:
        found = self._disk.execute(f"SELECT {CONTRACT_FIELDS} FROM contract ORDER BY number, provider")  # noqa: S608
        return map(Contract._make, found)

    def contract_of(self, key: str, number: str) -> Contract | None:
        """Return the contract with that number, in any spelling of the customer's provider.

        If its row names a provider (since 1.4), it must be the customer's. Of several, the strongest wins.
        """
        similar = f"SELECT {CONTRACT_FIELDS} FROM contract WHERE bare_number = ?"  # noqa: S608
        contracts = map(Contract._make, self._disk.execute(similar, (bare_number(number),)))
        own, wanted = provider_of(key.partition(":")[0]), sibling_key(key, number)
        return max(
            (
                row
                for row in contracts
                if sibling_key(key, row.number) == wanted and (not row.provider or provider_of(row.provider) == own)
            ),
            key=lambda row: (bool(row.provider), strength(row)),
            default=None,
        )

    def has_charges(self, key: str) -> bool:
        """Return whether the customer with that key, in any spelling, has a charge in this run."""
        return self._disk.execute("SELECT 1 FROM charge WHERE customer = ?", (account_key(key),)).fetchone() is not None

    def add_bad(self, bad: BadRecord) -> None:
        """Record a bad record for its customer, else for its billing account, else for everybody."""
        whose = (match_key(bad.customer), "") if bad.customer else ("", bare_number(bad.account))
        self._disk.execute("INSERT OR IGNORE INTO unread VALUES (?, ?)", whose)

    def issuers(self) -> Iterator[str]:
        """Yield each issuer once, in its most frequent spelling, sorted."""
        self._spill()
        rows = self._disk.execute(
            "SELECT payer, issuer, SUM(rows) FROM charge WHERE issuer <> '' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2 DESC"
        )
        for _payer, spellings in groupby(rows, key=itemgetter(0)):
            yield next(spellings)[1]

    def count_customers(self) -> int:
        self._spill()
        return int(self._disk.execute("SELECT COUNT(DISTINCT customer) FROM charge").fetchone()[0])

    def customers(self) -> Iterator[BilledCustomer]:
        """Yield each customer once, in key order, so that keys that differ in case only follow each other."""
        self._spill()
        self._disk.execute("CREATE INDEX IF NOT EXISTS by_customer ON charge (customer)")
        group = f"{', '.join(GROUPED)}, {FIELDS}"
        rows = self._disk.execute(f"SELECT {group}, SUM(rows) FROM charge GROUP BY {group} ORDER BY {group}")  # noqa: S608
        for _match_key, same in groupby(rows, key=itemgetter(0)):
            accounts = [
                [(Charge(*row[len(GROUPED) : -1]), row[-1]) for row in own] for _, own in groupby(same, itemgetter(1))
            ]
            keys = [charges[0][0].customer_key for charges in accounts]
            for key, charges in zip(keys, accounts, strict=True):
                yield self._customer_of(charges, case_variants=tuple(variant for variant in keys if variant != key))

    def _customer_of(self, charges: list[CountedCharge], case_variants: tuple[str, ...]) -> BilledCustomer:
        accounts = {bare_number(charge.account) for charge, _ in charges}
        is_fully_read = not self._has_unread(charges[0][0].customer_key, accounts)
        return replace(customer_of(charges), is_fully_read=is_fully_read, case_variants=case_variants)

    def _has_unread(self, key: str, accounts: Collection[str]) -> bool:
        whose = "SELECT 1 FROM unread WHERE account = '' AND customer IN ('', ?)"
        found = self._disk.execute(whose, (match_key(key),)).fetchone()
        by_account = "SELECT 1 FROM unread WHERE customer = '' AND account = ?"
        return found is not None or any(self._disk.execute(by_account, (account,)).fetchone() for account in accounts)

    def close(self) -> None:
        self._disk.close()

    def _spill(self) -> None:
        marks = ", ".join("?" * (len(GROUPED) + len(Charge._fields) + 1))
        self._disk.executemany(
            f"INSERT INTO charge VALUES ({marks})",  # noqa: S608
            ((*_normal_forms(charge), *charge, rows) for charge, rows in self._counts.items()),
        )
        self._counts.clear()


def _normal_forms(charge: Charge) -> tuple[str, str, str]:
    return match_key(charge.customer_key), account_key(charge.customer_key), issuer_key(charge.issuer)
