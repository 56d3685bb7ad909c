"""Clears the credit limit of a customer whose reseller has gone."""

from __future__ import annotations

from decimal import Decimal

from accounts.billing.money import Money
from accounts.models import Arrears, FactFeed, FactKind


def clear_credit_limit(*, customer_id: int) -> Money | None:
    """Set the limit, and what is used of it, to 0 and return what it was.

    None: there is none, or another system keeps it and says when it ends.

    Inside the caller's transaction, which holds the lock of the customer and appends the entry.
    """
    arrears = Arrears.objects.filter(tenant=customer_id, credit_limit__gt=0).first()
    if arrears is None or _is_kept_elsewhere(customer_id):
        return None
    Arrears.objects.filter(pk=arrears.pk).update(credit_limit=Decimal(0), credit_used=Decimal(0))
    return Money(arrears.credit_limit, arrears.currency)


def _is_kept_elsewhere(customer_id: int) -> bool:
    feeds = FactFeed.objects.filter(tenant=customer_id, kind=FactKind.ARREARS)
    return feeds.filter(keeper=FactFeed.Keeper.EXTERNAL).exists()
