"""What a row of the Contract Commitment dataset means for the commitment of its number: kind, term, in force or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import Tenant
from partners.focus.contracts import IN_FORCE, OVER
from partners.focus.customers import Commitment
from partners.focus.kinds import Kind, kind_of
from partners.focus.placing import Known, mark_decided
from partners.focus.run import Run


def decided_by_contract(run: Run, tenant: Tenant, commitment: Commitment) -> Commitment:
    """The commitment, as the kind that its contract says where it says one."""
    contract = run.contract_of(tenant.key, commitment.number)
    kind = kind_of(contract.category, contract.type) if contract else Kind.UNDECIDED
    return commitment if kind is Kind.UNDECIDED else replace(commitment, kind=kind)


def contracted(run: Run, tenant: Tenant, known: Known) -> Iterator[Commitment]:
    """What is known of the tenant and has a contract in this run, as the kind that the contract says."""
    for (_table, key), term in list(known.items()):
        if term.reported_for is not None and run.contract_of(tenant.key, term.number) is not None:
            row = Commitment(term.number, Kind.UNDECIDED, term.name, term.reported_for, key)
            yield decided_by_contract(run, tenant, row)


def is_confirmed(run: Run, tenant: Tenant, term: Any) -> bool:
    """Whether a contract of this run says that the term is in force, so that the charges need not name it."""
    contract = run.contract_of(tenant.key, term.number)
    return contract is not None and contract.lifecycle in IN_FORCE


def take_contract(run: Run, tenant: Tenant, term: Any) -> bool:
    """Take over term and lifecycle; return whether the term ended by that. What is pending binds before it begins."""
    contract = run.contract_of(tenant.key, term.number)
    if contract is None:
        return False
    if contract.ends_at:
        has_begun = contract.starts_at and contract.lifecycle != "pending"
        term.starts_at = datetime.fromisoformat(contract.starts_at) if has_begun else None
        term.ends_at = datetime.fromisoformat(contract.ends_at)
    mark_decided(term, decided_by_contract(run, tenant, Commitment(term.number, Kind.UNDECIDED, "", term.reported_for)))
    if contract.lifecycle in IN_FORCE:
        term.ended_at = term.omitted_for = None
    has_ended = contract.lifecycle in OVER and term.ended_at is None
    if has_ended:
        term.ended_at = run.at
    return has_ended
