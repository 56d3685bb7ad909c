"""What the files say of a customer's commitments.

Only the row of its purchase tells the term of a commitment. Without one it is in force until something says that it
ended. Absence says so only where the operator vouches for the files (`--complete`), the period is over and every row of
the customer was read. Else what a newer period does not name stays, and its check reads UNKNOWN.
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
from partners.focus.lifecycle import contracted, decided_by_contract, is_confirmed, take_contract
from partners.focus.placing import mark_decided, move_misplaced, place_of

# What an import writes of a term.
FIELDS = ("name", "starts_at", "ends_at", "reported_for", "omitted_for", "ended_at", "is_undecided")


def bring_commitments(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Add, move, name anew, end or revive the customer's terms; return whether anything changed."""
    if not batch.run.brings_commitments:
        return bring_terms(batch, tenant)
    return bring_terms(batch, tenant, customer)


def bring_terms(batch: Batch, tenant: Tenant, customer: BilledCustomer | None = None) -> bool:
    """Do so by the charges of the customer, if any, and by the contracts of the run."""
    known, run = batch.terms[tenant.pk], batch.run
    named = [decided_by_contract(run, tenant, commitment) for commitment in customer.commitments] if customer else []
    moved = [move_misplaced(known, tenant, row) for row in (*named, *contracted(run, tenant, known))]
    before = {key: _state(term) for key, term in known.items()}
    for commitment in named:
        _bring(batch, tenant, commitment)
    reported = [term for term in known.values() if term.reported_for is not None]
    ended = [term for term in reported if take_contract(run, tenant, term)]
    doubtful = [term for term in reported if not is_confirmed(run, tenant, term)]
    ended += [term for term in doubtful if customer and _omit(batch, customer, term)]
    _tell_ended(batch, tenant, ended)
    saved = [_save(known[key], state) for key, state in before.items()]
    return any([*moved, *saved]) or len(known) > len(before)


def _bring(batch: Batch, tenant: Tenant, commitment: Commitment) -> None:
    """Take over what the files say of a commitment that they name."""
    known, period = batch.terms[tenant.pk], commitment.period
    key = place_of(known, commitment)
    if key not in known:
        known[key] = key[0](tenant=tenant, number=commitment.number)
        batch.new_rows.append(known[key])
    term = known[key]
    mark_decided(term, commitment)
    if term.reported_for is None or period >= term.reported_for:
        term.reported_for, term.name = period, commitment.name or term.name
    _take_term(term, commitment)
    if term.ended_at is not None and period >= term.ended_at:
        term.ended_at = None
    if term.omitted_for is not None and period >= term.omitted_for:
        term.omitted_for = None


def _take_term(term: Any, commitment: Commitment) -> None:
    """Take over the term that a purchase tells; drop an end that a period after it disproves."""
    if commitment.ends_at is not None and (term.ends_at is None or commitment.ends_at > term.ends_at):
        term.starts_at, term.ends_at = commitment.starts_at, commitment.ends_at
    if term.ends_at is not None and term.reported_for >= term.ends_at:
        term.ends_at = None


def _omit(batch: Batch, customer: BilledCustomer, term: Any) -> bool:
    """Note that the newest period does not name the term; end it and return True where that is proof enough."""
    at = batch.run.at
    if term.reported_for >= customer.period or term.ended_at is not None:
        return False
    term.omitted_for = max(term.omitted_for or customer.period, customer.period)
    if term.ends_at is not None:  # its end is known: it runs until then, whoever names it, and not longer
        return False
    over = customer.newest_over(at) if batch.run.is_complete and customer.is_whole else None
    if over is not None and term.reported_for < over:
        term.ended_at = over
        return True
    batch.report.figures.commitments_unseen += 1
    text = _("%(key)s: %(number)s is not in the data since %(month)s: kept, until it is known to have ended")
    month = billing_month(term.reported_for)
    batch.report.say(text % {"key": customer.key, "number": term.number, "month": month})
    return False


def _tell_ended(batch: Batch, tenant: Tenant, ended: list[Any]) -> None:
    batch.report.figures.commitments_ended += len(ended)
    for term in ended:
        batch.report.say(_("%(key)s: %(number)s ended") % {"key": tenant.key, "number": term.number})
    if ended:
        scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
        numbers = [term.number for term in ended]
        append(scope, Operation.RECORD_CHANGED, remark="commitments-ended", numbers=numbers)


def _state(term: Any) -> dict[str, Any]:
    return {name: getattr(term, name) for name in FIELDS if hasattr(term, name)}


def _save(term: Any, before: dict[str, Any]) -> bool:
    """Write what changed of a term; return whether anything did."""
    changed = [name for name, value in _state(term).items() if value != before[name]]
    if changed:
        save_term(term=term, changed=changed)
    return bool(changed)
