"""Import the Contract Commitment dataset for customers without charges in this run.

A row names no customer. It is joined by number to the commitments that charges of earlier runs named, so the dataset
can be imported as a separate file.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.log.append import LogScope, append
from accounts.models import Operation, Side
from partners.focus import batch as batches
from partners.focus.commitments import update_terms
from partners.focus.contracts import Contract
from partners.focus.run import Report, Run


def import_contracts(contracts: Sequence[Contract], run: Run) -> Report:
    """Update the commitments with these numbers, except those of customers that have charges in this run."""
    with transaction.atomic(durable=True):
        batch = batches.load_holders([contract.number for contract in contracts], run)
        for key, tenant in batch.tenants.items():
            if not run.has_charges(key) and update_terms(batch, tenant):
                batch.report.figures.tenants_updated += 1
                scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
                append(scope, Operation.RECORD_CHANGED, remark="imported", what=["commitments"])
        transaction.set_rollback(run.is_dry_run)
    return batch.report
