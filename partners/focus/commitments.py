"""Upsert a customer's commitments: add, move, rename, end or revive them.

Only the purchase row of a commitment has its term. A commitment without one is in force until the data report its end.
Its absence from a newer billing period ends it only with `--complete`, when the period is over and every row of the
customer was read, and only if the files have the column that names it. Otherwise it stays in force, and its check is
UNKNOWN.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.dates import billing_month
from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant
from accounts.operations.facts import save_term
from partners.focus.batch import Batch
from partners.focus.customers import BilledCustomer, Commitment
from partners.focus.lifecycle import apply_contract, is_confirmed_in_force, known_with_contract, with_contract_kind
from partners.focus.tables import mark_undecided, move_to_other_table, table_key_of

# The columns of a term that an import writes.
FIELDS = ("name", "starts_at", "ends_at", "reported_for", "omitted_for", "ended_at", "is_undecided", "is_applied_only")


def update_commitments(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Update the customer's terms, from charges if the files name commitments; return whether any changed."""
    if not batch.run.has_commitments:
        return update_terms(batch, tenant)
    return update_terms(batch, tenant, customer)


def update_terms(batch: Batch, tenant: Tenant, customer: BilledCustomer | None = None) -> bool:
    """Update the terms from the customer's charges, if given, and from the contracts of the run."""
    known, run = batch.terms[tenant.pk], batch.run
    named = [with_contract_kind(run, tenant, commitment) for commitment in customer.commitments] if customer else []
    moved = [move_to_other_table(known, tenant, row) for row in (*named, *known_with_contract(run, tenant, known))]
    before = {key: _state(term) for key, term in known.items()}
    for commitment in named:
        _update_term(batch, tenant, commitment)
    reported = [term for term in known.values() if term.reported_for is not None]
    ended = [term for term in reported if apply_contract(run, tenant, term)]
    doubtful = [term for term in reported if not is_confirmed_in_force(run, tenant, term)]
    ended += [term for term in doubtful if customer and _note_absence(batch, customer, term)]
    _report_ended(batch, tenant, ended)
    saved = [_save(known[key], state) for key, state in before.items()]
    return any([*moved, *saved]) or len(known) > len(before)


def _update_term(batch: Batch, tenant: Tenant, commitment: Commitment) -> None:
    """Upsert the term of a commitment that the files name."""
    known, period = batch.terms[tenant.pk], commitment.period
    key = table_key_of(known, commitment)
    if key not in known:
        known[key] = key[0](tenant=tenant, number=commitment.number)
        batch.new_rows.append(known[key])
    term = known[key]
    mark_undecided(term, commitment)
    term.is_applied_only = commitment.is_applied_only and (term.reported_for is None or term.is_applied_only)
    if term.reported_for is None or period >= term.reported_for:
        term.reported_for, term.name = period, commitment.name or term.name
    _update_dates(batch, term, commitment)
    if term.ended_at is not None and period >= term.ended_at:
        term.ended_at = None
    if term.omitted_for is not None and period >= term.omitted_for:
        term.omitted_for = None


def _update_dates(batch: Batch, term: Any, commitment: Commitment) -> None:
    """Set the dates from a purchase; clear an end if a billing period that starts after it names the commitment.

    A commitment blocks from its purchase on, so a start in the future is not stored.
    """
    starts_at = commitment.starts_at
    if commitment.ends_at is not None and (term.ends_at is None or commitment.ends_at > term.ends_at):
        term.starts_at = starts_at if starts_at and starts_at <= batch.run.at else None
        term.ends_at = commitment.ends_at
    if term.ends_at is not None and term.reported_for >= term.ends_at:
        term.ends_at = None


def _note_absence(batch: Batch, customer: BilledCustomer, term: Any) -> bool:
    """Mark the term as missing from the newest period. Return True if a complete import ends it."""
    at = batch.run.at
    if term.reported_for >= customer.period or term.ended_at is not None:
        return False
    term.omitted_for = max(term.omitted_for or customer.period, customer.period)
    if term.ends_at is not None:  # the term runs until its known end, named or not
        return False
    could_name = batch.run.has_contracts_applied or not term.is_applied_only
    can_end = batch.run.is_complete and customer.is_fully_read and could_name
    ended_period = customer.newest_ended_period(at) if can_end else None
    if ended_period is not None and term.reported_for < ended_period:
        term.ended_at = ended_period
        return True
    batch.report.figures.commitments_unseen += 1
    text = _("%(key)s: commitment %(number)s is missing from the data since %(month)s: kept, its end is not confirmed")
    month = billing_month(term.reported_for)
    batch.report.add(text % {"key": customer.key, "number": term.number, "month": month})
    return False


def _report_ended(batch: Batch, tenant: Tenant, ended: list[Any]) -> None:
    batch.report.figures.commitments_ended += len(ended)
    for term in ended:
        batch.report.add(_("%(key)s: commitment %(number)s ended") % {"key": tenant.key, "number": term.number})
    if ended:
        scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
        numbers = [term.number for term in ended]
        append(scope, Operation.RECORD_CHANGED, remark="commitments-ended", numbers=numbers)


def _state(term: Any) -> dict[str, Any]:
    return {name: getattr(term, name) for name in FIELDS if hasattr(term, name)}


def _save(term: Any, before: dict[str, Any]) -> bool:
    """Save the changed columns of a term; return whether any changed."""
    changed = [name for name, value in _state(term).items() if value != before[name]]
    if changed:
        save_term(term=term, changed=changed)
    return bool(changed)
