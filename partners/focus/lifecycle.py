"""Apply a row of the Contract Commitment dataset to the commitment with its number: kind, term, lifecycle status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import Tenant
from partners.focus.contracts import ENDED, IN_FORCE, Contract
from partners.focus.customers import Commitment
from partners.focus.kinds import Kind, kind_of
from partners.focus.run import Run
from partners.focus.tables import Known, mark_undecided


def with_contract_kind(run: Run, tenant: Tenant, commitment: Commitment) -> Commitment:
    """Return the commitment with the kind of its contract, if the contract has a decided one."""
    contract = run.contract_of(tenant.key, commitment.number)
    kind = kind_of(contract.category, contract.type) if contract else Kind.UNDECIDED
    return commitment if kind is Kind.UNDECIDED else replace(commitment, kind=kind)


def known_with_contract(run: Run, tenant: Tenant, known: Known) -> Iterator[Commitment]:
    """Yield the tenant's known commitments that have a contract in this run, with the kind of the contract."""
    for (_table, key), term in list(known.items()):
        if term.reported_for is not None and run.contract_of(tenant.key, term.number) is not None:
            row = Commitment(term.number, Kind.UNDECIDED, term.name, term.reported_for, key)
            yield with_contract_kind(run, tenant, row)


def is_confirmed_in_force(run: Run, tenant: Tenant, term: Any) -> bool:
    """Return whether a contract of this run is in force. The charges then need not name the term."""
    contract = run.contract_of(tenant.key, term.number)
    return contract is not None and contract.lifecycle in IN_FORCE


def apply_contract(run: Run, tenant: Tenant, term: Any) -> bool:
    """Copy dates and lifecycle status to the term; return whether that ends it."""
    contract = run.contract_of(tenant.key, term.number)
    if contract is None:
        return False
    if contract.ends_at:
        _copy_dates(run, contract, term)
    undecided = Commitment(term.number, Kind.UNDECIDED, "", term.reported_for)
    mark_undecided(term, with_contract_kind(run, tenant, undecided))
    if contract.lifecycle in IN_FORCE:
        term.ended_at = term.omitted_for = None
    has_ended = contract.lifecycle in ENDED and term.ended_at is None
    if has_ended:
        term.ended_at = run.at
    return has_ended


def _copy_dates(run: Run, contract: Contract, term: Any) -> None:
    """Copy start and end.

    A commitment blocks from its purchase on, so a start in the future is not stored. An end is not stored if the
    lifecycle status or a charge of a later billing period contradicts it.
    """
    starts_at = datetime.fromisoformat(contract.starts_at) if contract.starts_at else None
    ends_at = datetime.fromisoformat(contract.ends_at)
    is_contradicted = term.reported_for >= ends_at or (contract.lifecycle in IN_FORCE and ends_at <= run.at)
    term.starts_at = starts_at if starts_at and starts_at <= run.at else None
    term.ends_at = None if is_contradicted else ends_at
