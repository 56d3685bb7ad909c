"""In which table a commitment belongs, and how it moves when newer data call it another kind.

What is undecided is kept as a contract and marked. Undecided data never move what earlier data decided.
"""

from __future__ import annotations

from typing import TypeAlias

from accounts.log.append import LogScope, append
from accounts.models import CommerceContract, Operation, ReservedInstance, Side, Tenant, Term
from accounts.operations.facts import move_term
from partners.focus.customers import Commitment
from partners.focus.kinds import Kind

Key: TypeAlias = "tuple[type[ReservedInstance | CommerceContract], str]"  # a table and a number in its normal form
Known: TypeAlias = "dict[Key, ReservedInstance | CommerceContract]"


def place_of(known: Known, commitment: Commitment) -> Key:
    """The table of its kind; but that in which it is known already, where this row does not decide or is older."""
    wanted, other = _places(commitment)
    term = known.get(other)
    if term is None or term.reported_for is None:
        return wanted
    return wanted if _is_outdated(term, commitment) else other


def move_misplaced(known: Known, tenant: Tenant, commitment: Commitment) -> bool:
    """Move a commitment that is known as the other kind; return whether it was one."""
    wanted, other = _places(commitment)
    term = known.get(other)
    if term is None or not _is_outdated(term, commitment):
        return False
    known[wanted] = move_term(term=known.pop(other), to=known.get(wanted, wanted[0](tenant=tenant)))
    scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
    model = str(wanted[0]._meta.model_name)
    append(scope, Operation.RECORD_CHANGED, remark="commitment-moved", number=commitment.number, model=model)
    return True


def mark_decided(term: Term, commitment: Commitment) -> None:
    """Say whether the kind of a contract is undecided: it stays decided once it was."""
    if isinstance(term, CommerceContract):
        is_new = term.reported_for is None
        term.is_undecided = commitment.kind is Kind.UNDECIDED and (is_new or term.is_undecided)


def _places(commitment: Commitment) -> tuple[Key, Key]:
    reserved, contract = (ReservedInstance, commitment.key), (CommerceContract, commitment.key)
    return (reserved, contract) if commitment.kind is Kind.RESERVATION else (contract, reserved)


def _is_outdated(term: Term, commitment: Commitment) -> bool:
    """Whether the row knows better than what is kept. What people keep themselves no file moves."""
    is_decided = commitment.kind is not Kind.UNDECIDED
    return is_decided and term.reported_for is not None and commitment.period >= term.reported_for
