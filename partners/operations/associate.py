"""Associate a customer with a partner: vendor staff do, with a reason, and so does an import."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import operation_log
from accounts.access import require_staff
from accounts.models import Operation, Side, Tenant, User
from partners.models import Association, Partner
from partners.operations.scopes import association_scope


@dataclass(frozen=True)
class Associated:
    association: Association


@dataclass(frozen=True)
class AlreadyAssociated:
    """One active association per customer: this is the one that it has."""

    association: Association


def associate(
    *, actor: User, customer: Tenant, partner: Partner, model: str, reason: str
) -> Associated | AlreadyAssociated:
    """Begin an association on behalf of the vendor."""
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        # The customer's row is the lock: it has no active association yet that could be one.
        Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
        found = Association.objects.active().filter(customer=customer).select_related("partner__tenant").first()
        if found is not None:
            return AlreadyAssociated(found)
        return Associated(
            begin(actor=actor, side=Side.VENDOR, customer=customer, partner=partner, model=model, reason=reason)
        )


def begin(
    *,
    actor: User | None,
    side: Side,
    customer: Tenant,
    partner: Partner,
    model: str,
    reason: str,
    at: datetime | None = None,
) -> Association:
    """Write the association and its entry inside the caller's transaction; the customer has no active one."""
    if not customer.is_customer:
        raise ValueError("Only a customer is associated with a partner.")
    association = Association.objects.create(
        customer=customer, partner=partner, model=model, started_at=at or timezone.now()
    )
    scope = association_scope(association, side=side, actor=actor)
    operation_log.append(scope, Operation.ASSOCIATED, remark="associated", model=model, reason=reason)
    return association
