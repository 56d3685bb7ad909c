"""The log scope of an association and of a request: the association's chain, which both sides read."""

from accounts.log.append import LogScope
from accounts.models import Side, User
from partners.models import Association, DisassociationRequest


def association_scope(association: Association, *, side: Side, actor: User | None) -> LogScope:
    """The scope of an entry about an association without a request."""
    return LogScope(association.chain, side, actor, association.customer, association.partner.tenant)


def request_scope(request: DisassociationRequest, *, side: Side, actor: User | None) -> LogScope:
    return LogScope(request.association.chain, side, actor, request.customer, request.partner.tenant, request.reference)
