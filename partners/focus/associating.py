"""Associate customers with the partner that bills them.

An import begins a first association. It never reopens, replaces or ends one: a difference is reported as a conflict.
With `--adopt` the file wins, and each change is a logged operation.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.billing.money import Money
from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant
from partners.focus.batch import Batch
from partners.focus.customers import BilledCustomer
from partners.focus.mapping import ISSUER_PREFIX, issuer_key
from partners.models import Association, Partner
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.notices import association_scope

REASON = "imported"


def update_association(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Begin the first association of a customer; report or adopt a difference. Return whether anything changed."""
    if customer.other_issuers:
        text = _("%(key)s: several issuers bill it; used %(issuer)s (newest period, most rows), not %(others)s")
        others = ", ".join(customer.other_issuers)
        batch.report.add_conflict(text % {"key": customer.key, "others": others, "issuer": customer.issuer})
    if not customer.issuer:
        return _report_no_issuer(batch, customer, tenant)
    is_direct = issuer_key(customer.issuer) in batch.run.direct
    partner = None if is_direct else batch.partners.get(ISSUER_PREFIX + customer.issuer)
    active = batch.active.get(tenant.pk)
    if active is not None:
        return _keep_or_replace(batch, active, partner)
    if partner is None:
        return False
    if tenant.pk in batch.former:
        return _keep_ended_or_begin(batch, tenant, partner)
    _begin(batch, tenant, partner)
    return True


def _report_no_issuer(batch: Batch, customer: BilledCustomer, tenant: Tenant) -> bool:
    """Report that the issuer is null in every row of the customer. FOCUS allows it, so no association changes."""
    if tenant.pk not in batch.active and tenant.pk not in batch.former:
        text = _("%(key)s: InvoiceIssuerName is empty in every row: imported without a partner")
        batch.report.add_conflict(text % {"key": customer.key})
    return False


def _begin(batch: Batch, tenant: Tenant, partner: Partner) -> None:
    begin_association(
        actor=None,
        side=Side.VENDOR,
        customer=tenant,
        partner=partner,
        model=batch.run.model,
        reason=REASON,
        at=batch.run.at,
    )


def _keep_or_replace(batch: Batch, active: Association, partner: Partner | None) -> bool:
    model = batch.run.model
    if partner is not None and (active.partner_id, active.model) == (partner.pk, model):
        return False
    before = f"{active.partner.tenant.name} ({active.model})"
    after = f"{partner.tenant.name} ({model})" if partner else "-"
    is_adopted = batch.run.adopts and active.customer_id not in batch.with_open_request
    _report(batch, active.customer, before, after, is_adopted)
    if is_adopted:
        _replace(batch, active, partner, before, after)
    return is_adopted


def _replace(batch: Batch, active: Association, partner: Partner | None, before: str, after: str) -> None:
    scope = association_scope(active, side=Side.VENDOR, actor=None)
    if partner is not None and active.partner_id == partner.pk:
        limit = change_model(association=active, model=batch.run.model)
    else:
        limit = end_association(association=active, side=Side.VENDOR, at=max(batch.run.at, active.started_at))
    _log_adopted(scope, before, after, limit)
    if partner is not None and active.partner_id != partner.pk:
        _begin(batch, active.customer, partner)


def _log_adopted(scope: LogScope, before: str, after: str, limit: Money | None) -> None:
    change: dict[str, Any] = {"what": "association", "before": before, "after": after}
    if limit is None:
        append(scope, Operation.ADOPTED, remark="adopted", **change)
    else:
        append(scope, Operation.ADOPTED, remark="adopted-limit-ended", **change, limit=str(limit))


def _keep_ended_or_begin(batch: Batch, tenant: Tenant, partner: Partner) -> bool:
    after = f"{partner.tenant.name} ({batch.run.model})"
    _report(batch, tenant, _("ended"), after, batch.run.adopts)
    if batch.run.adopts:
        scope = LogScope.of_tenant(tenant, side=Side.VENDOR, actor=None)
        append(scope, Operation.ADOPTED, remark="adopted", what="association", before="-", after=after)
        _begin(batch, tenant, partner)
    return batch.run.adopts


def _report(batch: Batch, tenant: Tenant, before: str, after: str, is_adopted: bool) -> None:
    text = _("%(key)s: the association is %(before)s in the portal, %(after)s in the file: %(end)s")
    end = _("adopted") if is_adopted else _("kept; --adopt applies the file")
    if batch.run.adopts and not is_adopted:
        end = _("kept, because a request is open; run again when it is closed")
    batch.report.add_conflict(text % {"key": tenant.key, "before": before, "after": after, "end": end})
