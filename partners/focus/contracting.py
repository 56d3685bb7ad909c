"""Brings the rows of the Contract Commitment dataset to customers whom no charge of the run names.

The rows name no customer: they are joined by number to what charges of earlier runs named. So the term that FOCUS 1.0
lacks can come in a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from accounts.log.append import LogScope, append
from accounts.models import Operation, Side
from partners.focus import batch as batches
from partners.focus.commitments import bring_terms
from partners.focus.contracts import Contract
from partners.focus.run import Report, Run


def import_contracts(contracts: Sequence[Contract], run: Run, is_named: Callable[[str], bool]) -> Report:
    """Bring the commitments of these numbers up to date. `is_named` says which keys the charges of the run name."""
    with transaction.atomic(durable=True):
        batch = batches.load_holders([contract.number for contract in contracts], run)
        for key, tenant in batch.tenants.items():
            if not is_named(key) and bring_terms(batch, tenant):
                batch.report.figures.tenants_updated += 1
                scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
                append(scope, Operation.RECORD_CHANGED, remark="imported", what=["commitments"])
        transaction.set_rollback(run.is_dry_run)
    return batch.report
