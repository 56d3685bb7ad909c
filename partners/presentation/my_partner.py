"""Data of My Partner: the partner, the figures, one sentence of state, the last request, former partners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from accounts.dates import moment_words
from accounts.models import Tenant
from partners.models import Association, DisassociationRequest, Status
from partners.presentation.figures import Figure, Owed, figures_of, has_known_orders, owed_by
from partners.presentation.open_request import OpenRequest, open_request_of
from partners.presentation.reader import Reader
from partners.presentation.state import RequestState, state_of
from partners.queries.checks import Standing
from partners.queries.requests import with_sides


@dataclass(frozen=True)
class Situation:
    """How things stand without an open request, and the link that follows from it, if the reader can do something."""

    tone: str
    glyph: str
    title: str
    text: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class LastRequest:
    request: DisassociationRequest
    state: RequestState


@dataclass(frozen=True)
class MyPartner:
    association: Association
    partner: Tenant
    billed_by: str
    currency: str
    model_note: str
    is_reseller: bool
    figures: tuple[Figure, ...]
    owed: Owed
    open_request: OpenRequest | None
    situation: Situation
    last_request: LastRequest | None
    disassociate_note: str


@dataclass(frozen=True)
class FormerPartner:
    association: Association
    partner: Tenant
    ended_by: str


def my_partner_of(
    association: Association, standing: Standing, last: DisassociationRequest | None, reader: Reader, now: datetime
) -> MyPartner:
    """Return the page. `last` is the customer's newest closed request, of this or a former association."""
    is_reseller, opened = association.model == Association.Model.RESELLER, standing.open_request
    owed = owed_by(association, standing, now)
    return MyPartner(
        association=association,
        partner=association.partner.tenant,
        billed_by=association.partner.tenant.name if is_reseller else settings.VENDOR_NAME,
        currency=association.customer.currency,
        model_note=_model_note(is_reseller),
        is_reseller=is_reseller,
        figures=figures_of(association, standing, owed, now),
        owed=owed,
        open_request=open_request_of(opened, association, reader) if opened else None,
        situation=_situation(association, standing, owed, reader, now),
        last_request=last_request_of(last, association, reader),
        disassociate_note=_disassociate_note(standing),
    )


def last_request_of(last: DisassociationRequest | None, association: Association, reader: Reader) -> LastRequest | None:
    """Return the customer's newest closed request, or None if it is of another association."""
    if last is None or last.association_id != association.pk:
        return None
    return LastRequest(last, state_of(with_sides(last, association), reader))


def ended_by(last: DisassociationRequest | None, former: list[FormerPartner], reader: Reader) -> LastRequest | None:
    """Return the request that ended the newest former association, or None if it ended without one."""
    found = last_request_of(last, former[0].association, reader) if former else None
    return found if found and found.request.status == Status.COMPLETED else None


def former_partner_of(association: Association, reader: Reader) -> FormerPartner:
    ended_by = reader.names(association).get(association.ended_by, "")
    return FormerPartner(association, association.partner.tenant, ended_by)


def _model_note(is_reseller: bool) -> str:
    if is_reseller:
        return _("You buy from this partner, and they bill you.")
    return _("This partner referred you. %(vendor)s bills you.") % {"vendor": settings.VENDOR_NAME}


def _situation(association: Association, standing: Standing, owed: Owed, reader: Reader, now: datetime) -> Situation:
    """Return the most urgent of what can be said: debts, orders, currency, the limit, or that all is settled."""
    account, partner = reverse("accounts:account"), association.partner.tenant.name
    is_reseller = association.model == Association.Model.RESELLER
    if is_reseller and owed.arrears:
        title = _("You owe %(partner)s %(amount)s") % {"partner": partner, "amount": owed.arrears}
        text = _("They settle it by raising your credit limit.")
        return Situation("warn", "card", title, text, f"{account}#arrears", _("View arrears"))
    if standing.unpaid_orders and has_known_orders(standing, now):
        text = _("They have to be paid or cancelled before you can disassociate.")
        return Situation("warn", "card", _orders_title(standing, partner), text, f"{account}#orders", _("View orders"))
    if is_reseller and not association.customer.currency:
        text = _("It is needed before you can disassociate, and can be set once.")
        link = _("Set the currency") if reader.is_administrator else ""
        return Situation("warn", "card", _("Your account has no currency"), text, f"{account}#currency", link)
    return _nothing_open(standing, partner, reader)


def _orders_title(standing: Standing, partner: str) -> str:
    title = ngettext(
        "%(n)d order waits to be paid by %(partner)s",
        "%(n)d orders wait to be paid by %(partner)s",
        standing.unpaid_orders,
    )
    return title % {"n": standing.unpaid_orders, "partner": partner}


def _nothing_open(standing: Standing, partner: str, reader: Reader) -> Situation:
    title = _("No request is open between you and %(partner)s") % {"partner": partner}
    if standing.next_request_at is not None:
        words = {"when": moment_words(standing.next_request_at)}
        return Situation("info", "info", title, _("You can send the next one from %(when)s.") % words)
    text = _("You can send one now, if your account passes the check.")
    if not reader.is_administrator:
        return Situation("good", "check", title, _("One of your administrators can ask to disassociate."))
    return Situation("good", "check", title, text, reverse("partners:disassociate"), _("Check my account"))


def _disassociate_note(standing: Standing) -> str:
    if standing.open_request is not None:
        return _("A request is open already. You can send another one when it is closed.")
    if standing.next_request_at is not None:
        words = {"when": moment_words(standing.next_request_at)}
        return _("You have reached the limit of requests. You can send the next one from %(when)s.") % words
    return _("End the association with your partner. We check your account first.")
