"""Associate a customer with a partner: vendor staff do, with a reason."""

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
    """One active association per customer: this is the one that it has."""

    association: Association


def associate(
    *, actor: User, customer: Tenant, partner: Partner, model: str, reason: str
) -> Associated | AlreadyAssociated:
    """Begin an association on behalf of the vendor."""
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        # The customer's row is the lock: it has no active association yet that could be one.
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
        found = Association.objects.active().filter(customer=locked).select_related("partner__tenant").first()
        if found is not None:
            return AlreadyAssociated(found)
        return Associated(
            begin_association(
                actor=actor, side=Side.VENDOR, customer=locked, partner=partner, model=model, reason=reason
            )
        )
