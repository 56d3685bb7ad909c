"""What the files say of a customer's commitments, and who keeps which kind of fact from now on.

FOCUS 1.0 to 1.2 tell no term of a commitment. It is in force until something says that it ended, and absence says so
only where the operator vouches for the files (`--complete`), the period is over and every row of the customer was
read. Else a commitment that a newer period does not name stays, and its check reads UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.dates import billing_month
from accounts.log.append import LogScope, append
from accounts.models import CommerceContract, FactFeed, FactKind, Operation, ReservedInstance, Side, Tenant
from accounts.operations.facts import keep_elsewhere, save_term
from partners.focus.batch import Batch
from partners.focus.gathering import BilledCustomer, Commitment

FIELDS = ("name", "reported_for", "omitted_for", "ended_at")  # of a term, that an import writes


def bring_commitments(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Add, name anew, end or revive the customer's terms; return whether anything changed."""
    if not batch.run.brings_commitments:
        return False
    known = batch.terms[tenant.pk]
    before = {key: _state(term) for key, term in known.items()}
    for key, commitment in _by_table(customer):
        _bring(batch, tenant, key, commitment)
    ended = [term for term in known.values() if term.reported_for is not None and _omit(batch, customer, term)]
    _tell_ended(batch, tenant, ended)
    saved = [_save(known[key], state) for key, state in before.items()]
    return any(saved) or len(known) > len(before)


def _by_table(customer: BilledCustomer) -> Iterator[tuple[tuple[type[Any], str], Commitment]]:
    for commitment in customer.commitments:
        table = ReservedInstance if commitment.is_reservation else CommerceContract
        yield (table, commitment.number), commitment


def _bring(batch: Batch, tenant: Tenant, key: tuple[type[Any], str], commitment: Commitment) -> None:
    """Take over what the files say of a commitment that they name; return whether it is a new one."""
    table, number = key
    known = batch.terms[tenant.pk]
    if key not in known:
        known[key] = table(tenant=tenant, number=number)
        batch.new_rows.append(known[key])
    term, period = known[key], commitment.period
    if term.reported_for is None or period >= term.reported_for:
        term.reported_for, term.name = period, commitment.name or term.name
    if term.ended_at is not None and period >= term.ended_at:
        term.ended_at = None
    if term.omitted_for is not None and period >= term.omitted_for:
        term.omitted_for = None


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
    return {name: getattr(term, name) for name in FIELDS}


def _save(term: Any, before: dict[str, Any]) -> bool:
    """Write what changed of a term; return whether anything did."""
    changed = [name for name, value in _state(term).items() if value != before[name]]
    if changed:
        save_term(term=term, changed=changed)
    return bool(changed)


def bring_feeds(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Say who keeps each kind: the files what they bring, whoever does all others. Return whether a keeper changed."""
    changes = [_bring_feed(batch, customer, tenant, kind) for kind in FactKind]
    return any(changes)


def _bring_feed(batch: Batch, customer: BilledCustomer, tenant: Tenant, kind: FactKind) -> bool:
    """A kind is never given back to the portal: there, no row means that there is no fact."""
    is_brought = kind in batch.run.brought
    synced_at = _synced_at(batch, customer) if is_brought else None
    feed = batch.feeds[tenant.pk].get(kind)
    if feed is None:
        keeper = FactFeed.Keeper.EXTERNAL if is_brought else FactFeed.Keeper.PORTAL
        batch.new_rows.append(FactFeed(tenant=tenant, kind=kind, keeper=keeper, synced_at=synced_at))
        return True
    if not is_brought or feed.keeper == FactFeed.Keeper.EXTERNAL:
        return False
    keep_elsewhere(feed=feed, synced_at=synced_at)
    return True


def _synced_at(batch: Batch, customer: BilledCustomer) -> datetime | None:
    return batch.run.at if customer.is_whole else None
