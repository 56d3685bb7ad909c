"""Navigation: the places that a role may go to, and in which of them the reader is now.

Pages of the partner relationship are known here by their URL names only: nothing is imported from above.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@dataclass(frozen=True)
class Place:
    """One link: its page, and the other pages that belong to it."""

    word: str
    url_name: str
    text: str | Promise
    icon: str
    also: frozenset[str] = frozenset()
    administrators_only: bool = False


@dataclass(frozen=True)
class Link:
    word: str
    href: str
    text: str
    icon: str
    current: str  # the value of aria-current: "page", "true" (somewhere below) or ""


@dataclass(frozen=True)
class Group:
    name: str
    places: tuple[Link, ...]


ACCOUNT = (
    Place("account", "accounts:account", _("Account Center"), "account"),
    Place("notifications", "accounts:notifications", _("Notifications"), "bell"),
)
CUSTOMER = (
    Place(
        "my-partner",
        "partners:my_partner",
        _("My Partner"),
        "partner",
        frozenset({"partners:disassociate", "partners:verify", "partners:request"}),
    ),
    Place("process", "partners:process", _("Process"), "process", administrators_only=True),
    Place("operation-log", "partners:operation_log", _("Operation Log"), "log"),
)
PARTNER = (
    Place("customers", "partners:partner_customers", _("Customers"), "people"),
    Place(
        "process",
        "partners:partner_process",
        _("Process"),
        "process",
        frozenset({"partners:partner_decide", "partners:request", "partners:approve", "partners:reject"}),
        administrators_only=True,
    ),
    Place("operation-log", "partners:partner_operation_log", _("Operation Log"), "log"),
)


def groups_for(user: User, request: HttpRequest) -> tuple[Group, ...]:
    """The navigation of a user of a tenant; vendor staff have none here."""
    if user.tenant is None:
        return ()
    here = request.resolver_match.view_name if request.resolver_match else ""
    name, places = (_("Customers"), PARTNER) if user.tenant.is_partner else (_("Partner"), CUSTOMER)
    shown = [place for place in places if user.is_administrator or not place.administrators_only]
    return (
        Group(str(name), _links(shown, here, request.path)),
        Group(str(_("Account")), _links(ACCOUNT, here, request.path)),
    )


def home_of(user: User) -> str:
    """The URL name of the page of one's role."""
    if user.tenant is None:
        return "admin:index"
    if user.tenant.is_customer:
        return "partners:my_partner"
    return "partners:partner_process" if user.is_administrator else "partners:partner_customers"


def _links(places: Iterable[Place], here: str, path: str) -> tuple[Link, ...]:
    return tuple(_link(place, here, path) for place in places)


def _link(place: Place, here: str, path: str) -> Link:
    href = reverse(place.url_name)
    current = "page" if path == href else "true" if here == place.url_name or here in place.also else ""
    return Link(place.word, href, str(place.text), place.icon, current)
