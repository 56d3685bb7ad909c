"""Upsert partners, then customers, one transaction per batch.

Batches are independent and idempotent, so an interrupted import is simply run again. A dry run writes each batch and
rolls it back, so its figures are those of a real run.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant
from accounts.operations.currency import take_currency
from accounts.operations.facts import add_facts, stamp_feeds
from accounts.operations.rename import rename_tenant
from accounts.operations.tenants import take_billing_account
from partners.focus import batch as batches
from partners.focus.associating import update_association
from partners.focus.batch import Batch
from partners.focus.commitments import update_commitments
from partners.focus.customers import BilledCustomer
from partners.focus.feeds import update_feeds
from partners.focus.mapping import ISSUER_PREFIX
from partners.focus.run import Figures, Report, Run
from partners.operations.add_partners import add_partners


def import_partners(issuers: Sequence[str], run: Run) -> Report:
    """Add a partner for every issuer that has none."""
    with transaction.atomic(durable=True):
        report = Report(Figures(partners_created=_add_partners(issuers)))
        transaction.set_rollback(run.is_dry_run)
    return report


def import_customers(customers: Sequence[BilledCustomer], run: Run) -> Report:
    """Create or update the customers, their facts and their associations."""
    with transaction.atomic(durable=True):
        if run.is_dry_run:
            _add_partners(sorted({customer.issuer for customer in customers if customer.issuer}))
        batch = batches.load(customers, run)
        for customer in batch.customers:
            _import_customer(batch, customer)
        add_facts(rows=batch.new_rows)
        read = [batch.tenants[customer.key].pk for customer in batch.customers if customer.is_fully_read]
        stamp_feeds(tenants=read, kinds=run.fact_kinds, at=run.at)
        transaction.set_rollback(run.is_dry_run)
    return batch.report


def _add_partners(issuers: Sequence[str]) -> int:
    known = batches.partners_of(issuers)
    keys = {ISSUER_PREFIX + issuer: issuer for issuer in issuers}
    return add_partners(names={key: issuer for key, issuer in keys.items() if known.get(key) is None})


def _import_customer(batch: Batch, customer: BilledCustomer) -> None:
    tenant = batch.tenants[customer.key]
    if not tenant.is_customer:
        text = _("%(key)s: this key belongs to a partner in the portal: not imported")
        batch.report.add_conflict(text % {"key": customer.key})
        return
    if customer.other_currencies:
        text = _("%(key)s: billed in several currencies, the first is used: %(all)s")
        currencies = ", ".join((customer.currency, *customer.other_currencies))
        batch.report.add_conflict(text % {"key": customer.key, "all": currencies})
    is_new = tenant.key in batch.created
    if not is_new and not tenant.billing_account and customer.account:  # new column: filled once, and no change
        take_billing_account(tenant=tenant, account=customer.account)
    changes = {
        "account": is_new,
        "name": not is_new and _update_name(customer, tenant),
        "billing-account": not is_new and _update_billing_account(customer, tenant),
        "currency": not is_new and _update_currency(batch, customer, tenant),
        "commitments": update_commitments(batch, customer, tenant),
        "feeds": update_feeds(batch, customer, tenant),
    }
    recorded = [what for what, is_changed in changes.items() if is_changed and what != "currency"]
    if recorded:
        append(_scope(tenant), Operation.RECORD_CHANGED, remark="imported", what=recorded)
    is_associated = update_association(batch, customer, tenant)
    batch.report.figures.tenants_created += is_new
    batch.report.figures.tenants_updated += not is_new and (any(changes.values()) or is_associated)


def _update_name(customer: BilledCustomer, tenant: Tenant) -> bool:
    """Update the name: the vendor's billing is its source."""
    if not customer.name or customer.name == tenant.name:
        return False
    rename_tenant(tenant=tenant, name=customer.name)
    return True


def _update_billing_account(customer: BilledCustomer, tenant: Tenant) -> bool:
    if not customer.account or customer.account == tenant.billing_account:
        return False
    take_billing_account(tenant=tenant, account=customer.account)
    return True


def _update_currency(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Set a missing currency. Never clear one; replace one only with `--adopt`."""
    before, after = tenant.currency, customer.currency
    if not after or before == after:
        return False
    if not before:
        append(_scope(tenant), Operation.CURRENCY_SET, remark="imported", what=[after])
    else:
        _report_currency(batch, tenant, after)
        if not batch.run.adopts:
            return False
        append(_scope(tenant), Operation.ADOPTED, remark="adopted", what="currency", before=before, after=after)
    take_currency(tenant=tenant, currency=after)
    return True


def _report_currency(batch: Batch, tenant: Tenant, after: str) -> None:
    end = _("adopted") if batch.run.adopts else _("kept; --adopt applies the file")
    text = _("%(key)s: the currency is %(before)s in the portal, %(after)s in the file: %(end)s")
    batch.report.add_conflict(text % {"key": tenant.key, "before": tenant.currency, "after": after, "end": end})


def _scope(tenant: Tenant) -> LogScope:
    return LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
