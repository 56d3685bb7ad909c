"""Associate a customer with a partner, by vendor staff with a reason."""

from dataclasses import dataclass

from django.db import transaction

from accounts.access import require_staff
from accounts.models import Side, Tenant, User
from partners.models import Association, Partner
from partners.operations.association import begin_association


@dataclass(frozen=True)
class Associated:
    association: Association


@dataclass(frozen=True)
class AlreadyAssociated:
    """The customer has an active association already, and only one is allowed."""

    association: Association


def associate(
    *, actor: User, customer: Tenant, partner: Partner, model: str, reason: str
) -> Associated | AlreadyAssociated:
    """Start an association on behalf of the vendor."""
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        # Lock the customer, because there is no association yet to lock.
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
        found = Association.objects.active().filter(customer=locked).select_related("partner__tenant").first()
        if found is not None:
            return AlreadyAssociated(found)
        return Associated(
            begin_association(
                actor=actor, side=Side.VENDOR, customer=locked, partner=partner, model=model, reason=reason
            )
        )
