"""Set a customer's billing currency, by the customer or by an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, cast

from django.db import transaction

from accounts.billing.current_partner import current_partner
from accounts.log.append import LogScope, append, append_refusal
from accounts.models import Operation, Tenant, User


@dataclass(frozen=True)
class CurrencySet:
    currency: str


@dataclass(frozen=True)
class CurrencyHeld:
    """The currency cannot change while the customer is associated, because the partner bills in it."""

    currency: str
    partner: Tenant


CurrencyAnswer: TypeAlias = CurrencySet | CurrencyHeld


@transaction.atomic(durable=True)
def set_currency(*, actor: User, currency: str) -> CurrencyAnswer:
    """Set the currency. It can change only while the customer is not associated. An equal value writes nothing."""
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=cast("int", actor.tenant_id))
    if tenant.currency == currency:
        return CurrencySet(currency)
    current = current_partner(tenant) if tenant.currency else None
    if current is not None:
        append_refusal(
            LogScope.of_actor(actor), Operation.CURRENCY_SET, remark="currency-held", currency=tenant.currency
        )
        return CurrencyHeld(tenant.currency, current.tenant)
    before = tenant.currency
    take_currency(tenant=tenant, currency=currency)
    remark = "currency-changed" if before else "currency-set"
    append(LogScope.of_actor(actor), Operation.CURRENCY_SET, remark=remark, before=before, currency=currency)
    return CurrencySet(currency)


def take_currency(*, tenant: Tenant, currency: str) -> None:
    """Save the currency in the caller's transaction, which locks the tenant and appends the log entry."""
    tenant.currency = currency
    tenant.save(update_fields=["currency"])
