"""The figures of My Partner: credit, arrears, unpaid orders, the next request. Stale figures read Unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _, ngettext

from accounts.billing.facts import Feed, related_or_none
from accounts.billing.money import Money
from accounts.dates import ago_element, day_words, local_time, moment_words, short_day_words, stamp
from accounts.models import Arrears, FactKind
from partners.models import Association
from partners.queries.checks import Standing


@dataclass(frozen=True)
class Figure:
    """`note` may contain a `<time>`; the rest of it is escaped."""

    name: str
    value: str
    unit: str = ""  # the currency of an amount
    note: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Owed:
    """The customer's arrears and credit as far as they are known. None: nothing is owed, or no limit was granted."""

    is_known: bool
    arrears: Money | None
    since: str
    credit_limit: Money | None
    credit_used: Money | None
    note: str = ""  # why it is not known


def owed_by(association: Association, standing: Standing, now: datetime) -> Owed:
    row: Arrears | None = related_or_none(association.customer, "arrears")
    feed = _feed(standing, FactKind.ARREARS)
    if not feed.is_fresh(now, _max_age(standing)):
        return Owed(False, None, "", None, None, _last_updated(feed))
    if row is None:
        return Owed(True, None, "", None, None)
    has_credit = association.model == Association.Model.RESELLER and row.credit_limit > 0
    return Owed(
        True,
        arrears=Money(row.amount, row.currency) if row.amount > 0 else None,
        since=day_words(row.since_on) if row.since_on else "",
        credit_limit=Money(row.credit_limit, row.currency) if has_credit else None,
        credit_used=Money(row.credit_used, row.currency) if has_credit else None,
    )


def has_known_orders(standing: Standing, now: datetime) -> bool:
    return _feed(standing, FactKind.ORDERS).is_fresh(now, _max_age(standing))


def figures_of(association: Association, standing: Standing, owed: Owed, now: datetime) -> tuple[Figure, ...]:
    is_reseller = association.model == Association.Model.RESELLER
    return (
        _credit(standing, owed) if is_reseller else Figure(_("Billed by"), settings.VENDOR_NAME),
        _arrears(standing, owed),
        _orders(standing, has_known_orders(standing, now)),
        _next_request(standing),
    )


def _credit(standing: Standing, owed: Owed) -> Figure:
    name = _("Credit used")
    if not owed.is_known:
        return _unknown(name, _feed(standing, FactKind.ARREARS))
    if owed.credit_limit is None or owed.credit_used is None:
        return Figure(name, _("None"), note=_("No credit limit is set"))
    percent = round(100 * owed.credit_used.amount / owed.credit_limit.amount)
    note = _("%(percent)d %% of %(amount)s") % {"percent": percent, "amount": owed.credit_limit}
    return _amount(name, owed.credit_used, note, percent)


def _arrears(standing: Standing, owed: Owed) -> Figure:
    name, feed = _("Arrears"), _feed(standing, FactKind.ARREARS)
    if not owed.is_known:
        return _unknown(name, feed)
    if owed.arrears is None:
        return Figure(name, _("None"), note=_updated(feed))
    return _amount(name, owed.arrears, _("Since %(day)s") % {"day": owed.since} if owed.since else _updated(feed))


def _orders(standing: Standing, is_known: bool) -> Figure:
    name, feed = _("Orders waiting to be paid"), _feed(standing, FactKind.ORDERS)
    if not is_known:
        return _unknown(name, feed)
    return Figure(name, str(standing.unpaid_orders or _("None")), note=_updated(feed))


def _next_request(standing: Standing) -> Figure:
    policy, at = standing.policy, standing.next_request_at
    words = {
        "used": standing.used,
        "requests": ngettext("%(n)d request", "%(n)d requests", policy.request_limit) % {"n": policy.request_limit},
        "months": ngettext("%(n)d month", "%(n)d months", policy.request_window_months)
        % {"n": policy.request_window_months},
    }
    value = _("After the open one") if standing.open_request else _("Now")
    if at is not None:
        day = short_day_words(local_time(at))
        value = format_html('<time datetime="{}" title="{}">{}</time>', stamp(at), moment_words(at), day)
    return Figure(_("Next request possible"), value, note=_("%(used)d of %(requests)s used in %(months)s") % words)


def _amount(name: str, amount: Money, note: str, percent: int | None = None) -> Figure:
    return Figure(name, f"{amount.amount:,.2f}", amount.currency, note, percent)


def _unknown(name: str, feed: Feed) -> Figure:
    return Figure(name, _("Unknown"), note=_last_updated(feed))


def _last_updated(feed: Feed) -> str:
    if feed.synced_at is None:
        return _("Never updated")
    return format_html(_("Last updated {when}"), when=ago_element(feed.synced_at))


def _updated(feed: Feed) -> str:
    return format_html(_("Updated {when}"), when=ago_element(feed.synced_at)) if feed.synced_at else ""


def _feed(standing: Standing, kind: FactKind) -> Feed:
    return standing.feeds.get(kind, Feed())


def _max_age(standing: Standing) -> timedelta:
    return timedelta(hours=standing.policy.facts_max_age_hours)
