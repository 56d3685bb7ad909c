"""Row locks in the documented lock order, and the permission checks of operations.

The lock order is customer (if facts change), association, request, then device, challenge and the log's chain head.
"""

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import NotAllowed, require_staff
from accounts.models import Side, Tenant, User
from partners.models import Association, DisassociationRequest
from partners.queries.requests import with_both_sides

ONLY_DECIDERS = _("Only administrators of the side that was asked can decide the request.")


def lock_association(pk: int) -> Association:
    """Lock the association until the transaction ends, and return it reloaded."""
    Association.objects.select_for_update(no_key=True).get(pk=pk)
    return Association.objects.select_related(
        "partner__tenant", "customer__arrears", "customer__membership__master"
    ).get(pk=pk)


def lock_request(request: DisassociationRequest) -> DisassociationRequest:
    """Lock the association and the request. Return the request reloaded, with both sides joined."""
    Association.objects.select_for_update(no_key=True).get(pk=request.association_id)
    DisassociationRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    return with_both_sides(DisassociationRequest.objects.all()).get(pk=request.pk)


def lock_to_end(request: DisassociationRequest) -> DisassociationRequest:
    """Lock the customer first, then as lock_request: ending the association also clears the customer's credit limit."""
    Tenant.objects.select_for_update(no_key=True).get(pk=request.customer_id)
    return lock_request(request)


def acting_side(actor: User, request: DisassociationRequest, *allowed: Side, rule: str | Promise) -> Side:
    """Return the side of `actor`, or raise NotAllowed with the `rule` if it is not one of `allowed`.

    Administrators act for their tenant, vendor staff for the vendor.
    """
    if actor.tenant is None:
        side = Side.VENDOR if actor.is_staff else None
    elif actor.is_administrator and actor.tenant_id in (request.customer_id, request.partner.tenant_id):
        side = Side.of(actor.tenant)
    else:
        side = None
    if side is None or side not in allowed:
        raise NotAllowed(rule, request.reference)
    return side


def deciding_side(actor: User, request: DisassociationRequest, reason: str) -> Side:
    """Return the side of `actor` for a decision: the counterparty, or the vendor, who must give a reason."""
    side = acting_side(actor, request, request.counterparty, Side.VENDOR, rule=ONLY_DECIDERS)
    if side == Side.VENDOR:
        require_staff(actor, reason)
    return side


def require_administrator(actor: User, association: Association) -> Side:
    """Return the side of the association that `actor` administers, or raise PermissionDenied."""
    tenants = (association.customer_id, association.partner.tenant_id)
    if actor.tenant is None or not actor.is_administrator or actor.tenant_id not in tenants:
        raise PermissionDenied
    return Side.of(actor.tenant)
