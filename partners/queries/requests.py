"""Finds requests with all that pages and decisions read beside them, each in one query."""

from __future__ import annotations

from functools import cache, partial

from django.db.models import Q, QuerySet

from accounts.models import Side
from accounts.prepared import Prepared
from partners.models import Association, DisassociationRequest, Policy, Status

UNCOUNTED = (Status.EXPIRED, Status.CANCELLED)


def with_both_sides(requests: QuerySet[DisassociationRequest]) -> QuerySet[DisassociationRequest]:
    """Join all that a page or a decision about a request reads."""
    return requests.select_related(
        "association", "policy", "statement", "partner__tenant", "customer__arrears", "customer__membership__master"
    )


def request_with_both_sides(pk: int) -> DisassociationRequest:
    """Return the request as it is now, with all that a decision about it reads."""
    found: DisassociationRequest = _by_key(pk=pk)[0]
    return found


_by_key = Prepared(lambda pk: with_both_sides(DisassociationRequest.objects.filter(pk=pk)), (("pk", int),))


def recent_requests(association: Association, side: Side, policy: Policy) -> list[DisassociationRequest]:
    """The open request of the association and those that count for the side's limit, newest first."""
    limit = policy.request_limit if side == Side.CUSTOMER else policy.partner_request_limit
    keys = {"association": association.pk, "customer": association.customer_id}
    if side == Side.PARTNER:
        keys["partner"] = association.partner_id
    return _recent(side, policy.counts_withdrawn, limit + 1)(**keys)


@cache
def _recent(side: Side, counts_withdrawn: bool, most: int) -> Prepared:
    names = ("association", "customer") if side == Side.CUSTOMER else ("association", "customer", "partner")
    return Prepared(partial(_requests, side, counts_withdrawn, most), tuple((name, int) for name in names))


def _requests(
    side: Side, counts_withdrawn: bool, most: int, *, association: int, customer: int, partner: int = 0
) -> QuerySet[DisassociationRequest]:
    counted = ~Q(status__in=UNCOUNTED if counts_withdrawn else (*UNCOUNTED, Status.WITHDRAWN))
    counted &= Q(initiator=Side.CUSTOMER) if side == Side.CUSTOMER else Q(partner=partner)
    opened = Q(association=association, status__in=[Status.PENDING, Status.APPROVED])
    rows = DisassociationRequest.objects.filter(counted | opened, customer=customer)
    return rows.select_related("policy").order_by("-submitted_at", "-pk")[:most]
