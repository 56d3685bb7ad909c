"""Choose the table of a commitment by its kind, and move the row when newer data change the kind.

An undecided commitment is stored as a contract and marked undecided. Undecided data never move a decided commitment.
"""

from __future__ import annotations

from typing import TypeAlias

from accounts.log.append import LogScope, append
from accounts.models import CommerceContract, Operation, ReservedInstance, Side, Tenant, Term
from accounts.operations.facts import move_term
from partners.focus.customers import Commitment
from partners.focus.kinds import Kind

Key: TypeAlias = "tuple[type[ReservedInstance | CommerceContract], str]"  # a table and a normalized number
Known: TypeAlias = "dict[Key, ReservedInstance | CommerceContract]"


def table_key_of(known: Known, commitment: Commitment) -> Key:
    """Return the table of its kind, or its present table if this row is undecided or older."""
    wanted, other = _table_keys(commitment)
    term = known.get(other)
    if term is None or term.reported_for is None:
        return wanted
    return wanted if _is_outdated(term, commitment) else other


def move_to_other_table(known: Known, tenant: Tenant, commitment: Commitment) -> bool:
    """Move a commitment from the table of the other kind, merged with a row there; return whether it moved."""
    wanted, other = _table_keys(commitment)
    term = known.get(other)
    if term is None or not _is_outdated(term, commitment):
        return False
    remark = "commitment-merged" if wanted in known else "commitment-moved"
    known[wanted] = move_term(term=known.pop(other), to=known.get(wanted, wanted[0](tenant=tenant)))
    scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
    model = str(wanted[0]._meta.model_name)
    append(scope, Operation.RECORD_CHANGED, remark=remark, number=commitment.number, model=model)
    return True


def mark_undecided(term: Term, commitment: Commitment) -> None:
    """Mark a contract as undecided or decided. Once decided, it stays decided."""
    if isinstance(term, CommerceContract):
        is_new = term.reported_for is None
        term.is_undecided = commitment.kind is Kind.UNDECIDED and (is_new or term.is_undecided)


def _table_keys(commitment: Commitment) -> tuple[Key, Key]:
    reserved, contract = (ReservedInstance, commitment.key), (CommerceContract, commitment.key)
    return (reserved, contract) if commitment.kind is Kind.RESERVATION else (contract, reserved)


def _is_outdated(term: Term, commitment: Commitment) -> bool:
    """Return whether the row decides the kind and is no older. A term that people entered is never outdated."""
    is_decided = commitment.kind is not Kind.UNDECIDED
    return is_decided and term.reported_for is not None and commitment.period >= term.reported_for
