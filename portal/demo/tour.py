"""The logins of the demo in the groups of the sign-in page, each with one line on what there is to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.demo import cast

Lines = tuple[tuple[str, object], ...]

LEAVING: Lines = (
    ("customer-ready", _("Ready: all ten checks pass")),
    ("customer-all-blockers", _("Blocked by all ten checks")),
    ("customer-open-request", _("Its partner asks to end the association")),
    ("customer-referral", _("Referral: needs no consent")),
    ("customer-member", _("Member: looks, but does not act")),
)
DECIDING: Lines = (
    ("partner-admin", _("Administrator: decides the requests")),
    ("partner-member", _("Member: looks, but does not act")),
    ("other-partner-admin", _("Another partner: sees none of this")),
)
STAFF: Lines = (("staff", _("The administration")),)
BLOCKED: Lines = (
    ("customer-request-limit", _("Has used up its requests")),
    ("customer-unpaid-orders", _("Two orders are unpaid")),
    ("customer-independent-members", _("A member account pays for itself")),
    ("customer-arrears", _("In arrears")),
    ("customer-reserved-instances", _("A reserved instance is in force")),
    ("customer-partner-support-plan", _("A support plan of the partner is in force")),
    ("customer-currency", _("No currency is set")),
    ("customer-commerce-contract", _("A special commerce contract is in force")),
    ("customer-mobile-number", _("No mobile number for the code")),
)
SPECIAL: Lines = (
    ("customer-none", _("No partner")),
    ("customer-stale-orders", _("Order data out of date")),
)


@dataclass(frozen=True)
class Login:
    username: str
    organisation: str
    line: object


@dataclass(frozen=True)
class Group:
    title: object
    logins: tuple[Login, ...]


def groups() -> tuple[Group, ...]:
    """Return all logins of the demo, those of the README's tour first."""
    return (
        Group(_("Customers who want to leave"), tuple(_logins(LEAVING))),
        Group(_("Partners who decide"), tuple(_logins(DECIDING))),
        Group(_("Vendor staff"), tuple(_logins(STAFF))),
        Group(_("Customers blocked by one check"), tuple(_logins(BLOCKED))),
        Group(_("Special cases"), tuple(_logins(SPECIAL))),
    )


def _logins(lines: Lines) -> Iterable[Login]:
    organisations = {customer.username: customer.tenant for customer in cast.CUSTOMERS}
    organisations |= {username: tenant for username, tenant, _role in cast.OTHERS}
    for username, line in lines:
        yield Login(username, organisations[username] or settings.VENDOR_NAME, line)
