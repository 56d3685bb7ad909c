"""Data of the account center."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from accounts.billing import freshness, holdings
from accounts.billing.current_partner import current_partner
from accounts.billing.facts import related_or_none
from accounts.billing.holdings import Holdings
from accounts.masking import mask_phone
from accounts.models import Arrears, MemberAccount, SmsDevice, Tenant, User
from accounts.single import one_or_none


@dataclass(frozen=True)
class NumberShown:
    masked: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class CustomerAccount:
    """The parts of the page that only customers have."""

    partner: Tenant | None
    has_reseller: bool  # only resellers grant credit limits
    arrears: Arrears | None
    membership: MemberAccount | None
    holdings: Holdings


@dataclass(frozen=True)
class AccountPage:
    tenant: Tenant
    number: NumberShown | None
    customer: CustomerAccount | None
    may_set_currency: bool


def account_page(user: User, now: datetime) -> AccountPage:
    """Return the account page of a user's tenant."""
    tenants = Tenant.objects.select_related("arrears", "membership__master")
    tenant = tenants.annotate(max_age_hours=freshness.max_age_hours()).get(pk=cast("int", user.tenant_id))
    max_age = timedelta(hours=cast("Any", tenant).max_age_hours)
    customer = _customer_account(tenant, now, max_age) if tenant.is_customer else None
    may_set = customer is not None and user.is_administrator and not (tenant.currency and customer.partner)
    return AccountPage(tenant, number_shown(user), customer, may_set)


def number_shown(user: User) -> NumberShown | None:
    """Return the user's confirmed number, masked, or None."""
    device = one_or_none(SmsDevice.objects.filter(user=user, confirmed=True))
    return NumberShown(mask_phone(device.number), device.confirmed_at) if device else None


def _customer_account(tenant: Tenant, now: datetime, max_age: timedelta) -> CustomerAccount:
    current = current_partner(tenant)
    return CustomerAccount(
        partner=current.tenant if current else None,
        has_reseller=current is not None and current.is_reseller,
        arrears=related_or_none(tenant, "arrears"),
        membership=related_or_none(tenant, "membership"),
        holdings=holdings.load(tenant, now, max_age),
    )
