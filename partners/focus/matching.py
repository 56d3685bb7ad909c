"""Match keys of a file with known rows in any spelling, and detect possible duplicates among new customers."""

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


class KeyIndex(Generic[Row]):
    """Index of rows: look up the exact key first, then any spelling of the same account. The first row added wins."""

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


def without_duplicates(
    new: Sequence[BilledCustomer], known: Iterable[Tenant], run: Run, report: Report
) -> list[BilledCustomer]:
    """Return the new customers to add. A possible duplicate is a conflict, and is added only with `--adopt`."""
    by_match_key = {match_key(tenant.key): tenant.key for tenant in known}
    renamed = _renamed(new, run)
    accepted = []
    for customer in new:
        duplicate = by_match_key.setdefault(match_key(customer.key), customer.key)
        if duplicate == customer.key:
            duplicate = renamed.get(customer.key, "")
        if duplicate:
            text = _("%(key)s: this may be %(known)s under another key: %(end)s")
            end = _("adopted") if run.adopts else _("not imported; --adopt adds it as a new customer")
            report.add_conflict(text % {"key": customer.key, "known": duplicate, "end": end})
        if not duplicate or run.adopts:
            accepted.append(customer)
    return accepted


def _renamed(new: Sequence[BilledCustomer], run: Run) -> dict[str, str]:
    """Map the key of a new customer to the one of an earlier run with the same name, billing account and commitment.

    Two customers of the same files are two accounts. The run that would have added both may have been interrupted
    between them: one that these files name and that was created since their period began is no earlier key.
    """
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
        and not (run.has_charges(tenant.key) and tenant.created_at >= customer.period)
        and held[tenant.pk] & {commitment.key for commitment in customer.commitments}
    }
