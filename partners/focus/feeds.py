"""Who keeps which kind of fact of a customer, once a file was imported."""

from __future__ import annotations

from datetime import datetime

from accounts.models import FactFeed, FactKind, Tenant
from accounts.operations.facts import keep_elsewhere
from partners.focus.batch import Batch
from partners.focus.customers import BilledCustomer


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
