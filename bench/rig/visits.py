"""The measured pages: name, user and path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.forms.log_filter import LogFilter
from accounts.keyset import page_of
from accounts.log.rows import readable_by
from accounts.models import Order, Tenant
from bench.rig.population import LARGE_PARTNER, MIDDLE_PARTNER
from partners.models import DisassociationRequest

DEEP_CUSTOMER, DEEP_PARTNER = 1000, 0.5  # entries before the deep page; for the large partner, the part of the log


@dataclass(frozen=True)
class Visit:
    name: str
    user: int
    path: str


def visits() -> Iterator[Visit]:
    """Yield all pages whose data grows with the world, and those of one association."""
    yield from _of_customer(Tenant.objects.customers().order_by("pk")[0])
    yield from _of_partner(Tenant.objects.get(pk=LARGE_PARTNER))


def _of_customer(customer: Tenant) -> Iterator[Visit]:
    """Yield the pages of the first customer's administrator, whose ID is the customer's."""
    me, log = customer.pk, "/my-partner/operation-log/"
    yield Visit("My Partner", me, "/my-partner/")
    yield Visit("Disassociate, all pass", me, "/my-partner/disassociate/")
    blocked = Order.objects.unpaid().filter(tenant__associations__ended_at__isnull=True).order_by("pk")[0]
    yield Visit("Disassociate, blocked", blocked.tenant_id, "/my-partner/disassociate/")
    yield Visit("Operation Log", me, log)
    yield Visit("Operation Log, filtered", me, f"{log}?operation=rejected&result=done")
    yield Visit("Operation Log, deep", me, f"{log}?cursor={_deep(customer, DEEP_CUSTOMER)}")
    yield Visit("Process", me, "/my-partner/process/")
    yield Visit("Request", me, f"/requests/{DisassociationRequest.objects.filter(customer=customer)[0].reference}/")
    yield Visit("Account center", me, "/account/")
    yield Visit("Notifications", me, "/notifications/")


def _of_partner(partner: Tenant) -> Iterator[Visit]:
    me, log = partner.pk, "/partner/operation-log/"
    waiting = DisassociationRequest.objects.filter(partner=partner.pk, status="pending", initiator="customer")
    length = readable_by(partner).count()
    yield Visit("Partner: Process", me, "/partner/process/")
    yield Visit("Partner: decision", me, f"/partner/process/{waiting.order_by('due_at')[0].reference}/")
    yield Visit("Partner: Customers", me, "/partner/customers/")
    yield Visit("Partner: Customers, middle partner", MIDDLE_PARTNER, "/partner/customers/")
    yield Visit("Partner: Operation Log", me, log)
    yield Visit("Partner: Operation Log, filtered", me, f"{log}?operation=rejected&result=done")
    yield Visit("Partner: Operation Log, deep", me, f"{log}?cursor={_deep(partner, int(length * DEEP_PARTNER))}")
    yield Visit("Partner: Notifications", me, "/notifications/")


def _deep(tenant: Tenant, before: int) -> str:
    """Return the cursor of the page that starts about `before` entries after the newest."""
    form = LogFilter(tenant, {})
    form.is_valid()
    entries = readable_by(tenant)
    row = entries.order_by("-at", "-id")[min(before, entries.count() // 2)]
    page = page_of(form.apply(entries).filter(at__lte=row.at), filters=f"{tenant.pk}?{form.query}", size=1)
    return page.older or ""
