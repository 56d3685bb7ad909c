"""Clear the credit limit of a customer who disassociated from their reseller."""

from __future__ import annotations

from decimal import Decimal

from accounts.billing.money import Money
from accounts.models import Arrears, FactFeed, FactKind
from accounts.single import one_or_none


def clear_credit_limit(*, customer_id: int) -> Money | None:
    """Set the limit and its used part to 0 and return the former limit.

    Return None and change nothing if there is no limit, or if an external system keeps it. Runs in the caller's
    transaction, which locks the customer and appends the log entry.
    """
    arrears = one_or_none(Arrears.objects.filter(tenant=customer_id, credit_limit__gt=0))
    if arrears is None or _is_external(customer_id):
        return None
    Arrears.objects.filter(pk=arrears.pk).update(credit_limit=Decimal(0), credit_used=Decimal(0))
    return Money(arrears.credit_limit, arrears.currency)


def _is_external(customer_id: int) -> bool:
    feeds = FactFeed.objects.filter(tenant=customer_id, kind=FactKind.ARREARS)
    return feeds.filter(keeper=FactFeed.Keeper.EXTERNAL).exists()
