"""Begin an association, end it, change its model: each inside the caller's transaction, under the caller's locks.

Verbs of staff and of requests call these, and so does an import: no other operation writes an association.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.billing.money import Money
from accounts.log.append import append
from accounts.models import Operation, Side, Tenant, User
from accounts.operations.credit_limit import clear_credit_limit
from partners.models import Association, Partner
from partners.models.association import sort_key
from partners.operations.notices import association_scope


def begin_association(
    *,
    actor: User | None,
    side: Side,
    customer: Tenant,
    partner: Partner,
    model: str,
    reason: str,
    at: datetime | None = None,
) -> Association:
    """Write the association and its entry. The customer is locked and has no active one."""
    if not customer.is_customer:
        raise ValueError("Only a customer is associated with a partner.")
    association = Association.objects.create(
        customer=customer, partner=partner, model=model, started_at=at or timezone.now()
    )
    scope = association_scope(association, side=side, actor=actor)
    append(scope, Operation.ASSOCIATED, remark="associated", model=model, reason=reason)
    return association


def end_association(*, association: Association, side: Side, at: datetime) -> Money | None:
    """End the association and clear the customer's credit limit; return the limit that its reseller had granted.

    The customer and the association are locked. The caller appends the entry that says why it ended.
    """
    if not Association.objects.active().filter(pk=association.pk).update(ended_at=at, ended_by=side):
        return None
    limit = clear_credit_limit(customer_id=association.customer_id)
    return limit if association.model == Association.Model.RESELLER else None  # else it was another partner's


def change_model(*, association: Association, model: str) -> Money | None:
    """Give the association the other model: a referral has no credit limit. Return the one that ended.

    The caller appends the entry.
    """
    association.model = model
    association.save(update_fields=["model"])
    if model == Association.Model.RESELLER:
        return None
    return clear_credit_limit(customer_id=association.customer_id)


def follow_rename(*, instance: Tenant, update_fields: Collection[str] | None = None, **_options: Any) -> None:
    """Give the customer's associations the sort key of its new name, in the transaction that renames it.

    Receives `post_save` of Tenant: the admin, an import and every operation rename by saving. The customer is locked.
    """
    if update_fields is None or "name" in update_fields:
        key = sort_key(instance.name)
        Association.objects.filter(customer=instance).exclude(customer_sort_key=key).update(customer_sort_key=key)
