"""Finds rows by a key in any spelling, and the customers that a file must not add because they may be known ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from accounts.models import Tenant
from accounts.source_keys import account_key, match_key
from partners.focus.customers import BilledCustomer
from partners.focus.run import Report, Run
from partners.queries.duplicates import commitments_of

Row = TypeVar("Row")


class ByKey(Generic[Row]):
    """Rows by exactly this key, else by any spelling of the same account. Of two such rows the first counts."""

    def __init__(self, rows: Iterable[tuple[str, Row]] = ()) -> None:
        self._exact: dict[str, Row] = {}
        self._accounts: dict[str, Row] = {}
        for key, row in rows:
            self.add(key, row)

    def add(self, key: str, row: Row) -> None:
        self._exact[key] = row
        self._accounts.setdefault(account_key(key), row)

    def get(self, key: str) -> Row | None:
        return self._exact.get(key) or self._accounts.get(account_key(key))


def without_doubles(
    new: Sequence[BilledCustomer], known: Iterable[Tenant], run: Run, report: Report
) -> list[BilledCustomer]:
    """Return the new customers that may be added; report those that may be known ones. `--adopt` adds them as well."""
    alike = {match_key(tenant.key): tenant.key for tenant in known}
    renamed = _renamed(new, run)
    accepted = []
    for customer in new:
        double = alike.setdefault(match_key(customer.key), customer.key)
        if double == customer.key:
            double = renamed.get(customer.key, "")
        if double:
            text = _("%(key)s: it may be %(known)s under another key: %(end)s")
            end = _("adopted") if run.adopts else _("not imported")
            report.conflict(text % {"key": customer.key, "known": double, "end": end})
        if not double or run.adopts:
            accepted.append(customer)
    return accepted


def _renamed(new: Sequence[BilledCustomer], run: Run) -> dict[str, str]:
    """By new key: the customer of an earlier run that has its name, its billing account and a commitment of it."""
    candidates = {
        (customer.name, customer.account): customer
        for customer in new
        if customer.name and customer.account and customer.commitments
    }
    if not candidates:
        return {}
    names, accounts = zip(*candidates, strict=True)
    rows = Tenant.objects.customers().filter(name__in=names, billing_account__in=accounts, created_at__lt=run.at)
    known = [row for row in rows if (row.name, row.billing_account) in candidates]
    held = commitments_of(known)
    return {
        customer.key: tenant.key
        for tenant in known
        for customer in new
        if (customer.name, customer.account) == (tenant.name, tenant.billing_account)
        and held[tenant.pk] & {commitment.key for commitment in customer.commitments}
    }
