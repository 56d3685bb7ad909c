"""Data of My Partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.billing.facts import related_or_none
from accounts.billing.money import Money
from accounts.dates import moment_words
from accounts.models import Tenant
from partners.models import Association
from partners.presentation.open_request import OpenRequest, open_request_of
from partners.presentation.reader import Reader
from partners.queries.checks import Standing


@dataclass(frozen=True)
class Billing:
    billed_by: str
    currency: str
    credit_limit: Money | None  # None: no reseller has granted one
    credit_used: Money | None
    arrears: Money | None  # None: nothing is owed
    unpaid_orders: int


@dataclass(frozen=True)
class MyPartner:
    association: Association
    partner: Tenant
    vendor: str
    model_note: str
    is_reseller: bool
    billing: Billing
    open_request: OpenRequest | None
    request_limit: int
    window_months: int
    next_request_at: datetime | None
    disassociate_note: str


@dataclass(frozen=True)
class FormerPartner:
    association: Association
    partner: Tenant
    ended_by: str


def my_partner_of(association: Association, standing: Standing, reader: Reader) -> MyPartner:
    is_reseller = association.model == Association.Model.RESELLER
    opened = open_request_of(standing.open_request, association, reader) if standing.open_request else None
    return MyPartner(
        association=association,
        partner=association.partner.tenant,
        vendor=settings.VENDOR_NAME,
        model_note=_model_note(is_reseller),
        is_reseller=is_reseller,
        billing=_billing(association, is_reseller, standing.unpaid_orders),
        open_request=opened,
        request_limit=standing.policy.request_limit,
        window_months=standing.policy.request_window_months,
        next_request_at=standing.next_request_at,
        disassociate_note=_disassociate_note(standing),
    )


def former_partner_of(association: Association, reader: Reader) -> FormerPartner:
    ended_by = reader.names(association).get(association.ended_by, "")
    return FormerPartner(association, association.partner.tenant, ended_by)


def _model_note(is_reseller: bool) -> str:
    if is_reseller:
        return _("You buy from this partner, and they bill you.")
    return _("This partner referred you. %(vendor)s bills you.") % {"vendor": settings.VENDOR_NAME}


def _billing(association: Association, is_reseller: bool, unpaid_orders: int) -> Billing:
    row = related_or_none(association.customer, "arrears")
    owed = Money(row.amount, row.currency) if row and row.amount > 0 else None
    has_credit = is_reseller and row is not None and row.credit_limit > 0
    return Billing(
        billed_by=association.partner.tenant.name if is_reseller else settings.VENDOR_NAME,
        currency=association.customer.currency,
        credit_limit=Money(row.credit_limit, row.currency) if has_credit else None,
        credit_used=Money(row.credit_used, row.currency) if has_credit else None,
        arrears=owed,
        unpaid_orders=unpaid_orders,
    )


def _disassociate_note(standing: Standing) -> str:
    if standing.open_request is not None:
        return _("A request is open already. You can send another one when it is closed.")
    if standing.next_request_at is not None:
        words = {"when": moment_words(standing.next_request_at)}
        return _("You have reached the limit of requests. You can send the next one from %(when)s.") % words
    return _("End the association with your partner. We check your account first.")
