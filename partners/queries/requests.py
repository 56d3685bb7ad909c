"""Queries for requests, with the joins that pages and decisions need, each in one query."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Side, Tenant
from accounts.single import one_or_none
from partners.models import OPEN, Association, DisassociationRequest, Policy, Status

UNCOUNTED = (Status.EXPIRED, Status.CANCELLED)


def with_names(requests: QuerySet[DisassociationRequest]) -> QuerySet[DisassociationRequest]:
    """Join the association and both organisations, which every sentence about a request needs."""
    return requests.select_related("association", "partner__tenant", "customer")


def with_both_sides(requests: QuerySet[DisassociationRequest]) -> QuerySet[DisassociationRequest]:
    """Join what a decision needs: both organisations, the policy, and the customer's arrears and membership."""
    return with_names(requests).select_related("policy", "customer__arrears", "customer__membership__master")


def open_request(association: Association) -> DisassociationRequest | None:
    return one_or_none(DisassociationRequest.objects.open().filter(association=association))


def last_closed(customer: Tenant) -> DisassociationRequest | None:
    """Return the customer's newest request that is not open, started by either side, without joins."""
    closed = DisassociationRequest.objects.filter(customer=customer).exclude(status__in=OPEN)
    return one_or_none(closed.order_by("-submitted_at", "-pk")[:1])


def with_sides(request: DisassociationRequest, association: Association) -> DisassociationRequest:
    """Reuse the loaded association and its sides instead of joining them again."""
    request.association, request.customer, request.partner = association, association.customer, association.partner
    return request


def recent_requests(association: Association, side: Side, policy: Policy) -> list[DisassociationRequest]:
    """Return the association's open request and those that count towards the side's limit, newest first."""
    is_of_customer = side == Side.CUSTOMER
    uncounted = UNCOUNTED if policy.counts_withdrawn else (*UNCOUNTED, Status.WITHDRAWN)
    mine = Q(initiator=Side.CUSTOMER) if is_of_customer else Q(partner=association.partner_id)
    opened = Q(association=association, status__in=OPEN)
    limit = policy.request_limit if is_of_customer else policy.partner_request_limit
    counted = mine & ~Q(status__in=uncounted)
    rows = DisassociationRequest.objects.filter(counted | opened, customer=association.customer_id)
    return list(rows.order_by("-submitted_at", "-pk")[: limit + 1])
