"""Set the keeper (portal or external) of each kind of fact after an import."""

from __future__ import annotations

from datetime import datetime

from accounts.models import FactFeed, FactKind, Tenant
from accounts.operations.facts import keep_elsewhere
from partners.focus.batch import Batch
from partners.focus.customers import BilledCustomer


def update_feeds(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Make the imported kinds external and leave the others. Return whether a keeper changed."""
    changes = [_update_feed(batch, customer, tenant, kind) for kind in FactKind]
    return any(changes)


def _update_feed(batch: Batch, customer: BilledCustomer, tenant: Tenant, kind: FactKind) -> bool:
    """Never change external back to portal: there, a missing row would mean that the fact does not exist."""
    is_imported = kind in batch.run.fact_kinds
    synced_at = _synced_at(batch, customer) if is_imported else None
    feed = batch.feeds[tenant.pk].get(kind)
    if feed is None:
        keeper = FactFeed.Keeper.EXTERNAL if is_imported else FactFeed.Keeper.PORTAL
        batch.new_rows.append(FactFeed(tenant=tenant, kind=kind, keeper=keeper, synced_at=synced_at))
        return True
    if not is_imported or feed.keeper == FactFeed.Keeper.EXTERNAL:
        return False
    keep_elsewhere(feed=feed, synced_at=synced_at)
    return True


def _synced_at(batch: Batch, customer: BilledCustomer) -> datetime | None:
    return batch.run.at if customer.is_fully_read else None
