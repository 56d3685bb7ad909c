"""The navigation: the links that a role sees, and which of them is current.

The app that has the pages of customers and partners registers their sections by `provide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant, User


@dataclass(frozen=True)
class Place:
    """A link of the navigation. `also` holds the URL names of pages below it."""

    word: str
    url_name: str
    text: str | Promise
    icon: str
    also: frozenset[str] = frozenset()
    administrators_only: bool = False


@dataclass(frozen=True)
class Section:
    """The links of one kind of tenant. Every user may open the first. `home` returns the URL name after sign-in."""

    name: str | Promise
    places: tuple[Place, ...]
    home: Callable[[User], str]


@dataclass(frozen=True)
class PlaceLink:
    word: str
    href: str
    text: str
    icon: str
    current: str  # the value of aria-current: "page", "true" (a page below) or ""


@dataclass(frozen=True)
class Group:
    name: str
    places: tuple[PlaceLink, ...]


ACCOUNT = (
    Place("account", "accounts:account", _("Account Center"), "account"),
    Place("notifications", "accounts:notifications", _("Notifications"), "bell"),
)
_SECTIONS: dict[str, Section] = {}


def provide(kind: str, section: Section) -> None:
    """Register the section of this kind of tenant."""
    _SECTIONS[kind] = section


def groups_for(user: User, request: HttpRequest) -> tuple[Group, ...]:
    """Return the navigation of a user of a tenant. Vendor staff use the admin and have none."""
    if user.tenant is None:
        return ()
    here = request.resolver_match.view_name if request.resolver_match else ""
    section = section_of(user.tenant)
    shown = [place for place in section.places if user.is_administrator or not place.administrators_only]
    return (
        Group(str(section.name), _links(shown, here, request.path)),
        Group(str(_("Account")), _links(ACCOUNT, here, request.path)),
    )


def section_of(tenant: Tenant) -> Section:
    return _SECTIONS[tenant.kind]


def home_of(user: User) -> str:
    """Return the URL name of the user's start page."""
    return section_of(user.tenant).home(user) if user.tenant else "admin:index"


def _links(places: Iterable[Place], here: str, path: str) -> tuple[PlaceLink, ...]:
    return tuple(_link(place, here, path) for place in places)


def _link(place: Place, here: str, path: str) -> PlaceLink:
    href = reverse(place.url_name)
    current = "page" if path == href else "true" if here == place.url_name or here in place.also else ""
    return PlaceLink(place.word, href, str(place.text), place.icon, current)
