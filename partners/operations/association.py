"""Begin, end or change an association, inside the caller's transaction and locks.

The only code that writes associations. Other operations and the import call it.
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
    """Create the association and its log entry. The caller has locked the customer, who has no active association."""
    if not customer.is_customer:
        raise ValueError("Only a customer is associated with a partner.")
    association = Association.objects.create(
        customer=customer, partner=partner, model=model, started_at=at or timezone.now()
    )
    scope = association_scope(association, side=side, actor=actor)
    append(scope, Operation.ASSOCIATED, remark="associated", model=model, reason=reason)
    return association


def end_association(*, association: Association, side: Side, at: datetime) -> Money | None:
    """End the association and clear the customer's credit limit. Return the limit that this reseller had granted.

    The caller has locked customer and association, and appends the log entry with the reason of the end.
    """
    if not Association.objects.active().filter(pk=association.pk).update(ended_at=at, ended_by=side):
        return None
    limit = clear_credit_limit(customer_id=association.customer_id)
    return limit if association.model == Association.Model.RESELLER else None  # else an earlier reseller granted it


def change_model(*, association: Association, model: str) -> Money | None:
    """Change the model. A referral has no credit limit, so clear it then, and return the former limit.

    The caller appends the log entry.
    """
    association.model = model
    association.save(update_fields=["model"])
    if model == Association.Model.RESELLER:
        return None
    return clear_credit_limit(customer_id=association.customer_id)


def follow_rename(*, instance: Tenant, update_fields: Collection[str] | None = None, **_options: Any) -> None:
    """Update the sort key of the customer's associations after a rename, in the same transaction.

    Receiver of post_save of Tenant, because the admin, the import and all operations rename by `save`. The customer is
    locked.
    """
    if update_fields is None or "name" in update_fields:
        key = sort_key(instance.name)
        Association.objects.filter(customer=instance).exclude(customer_sort_key=key).update(customer_sort_key=key)
