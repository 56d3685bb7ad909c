"""Navigation: the places that a role may go to, and in which of them the reader is now.

The places of a customer and of a partner are handed in by the app that has their pages (`provide`).
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
    """A page of the navigation, and the other pages that belong to it."""

    word: str
    url_name: str
    text: str | Promise
    icon: str
    also: frozenset[str] = frozenset()
    administrators_only: bool = False


@dataclass(frozen=True)
class Section:
    """The places of one kind of tenant: the first is where every user of it may begin; `home` after the sign-in."""

    name: str | Promise
    places: tuple[Place, ...]
    home: Callable[[User], str]


@dataclass(frozen=True)
class PlaceLink:
    word: str
    href: str
    text: str
    icon: str
    current: str  # the value of aria-current: "page", "true" (somewhere below) or ""


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
    """Let the users of tenants of this kind have the section in their navigation."""
    _SECTIONS[kind] = section


def groups_for(user: User, request: HttpRequest) -> tuple[Group, ...]:
    """The navigation of a user of a tenant; vendor staff have none here."""
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
    """The URL name of the page that a user begins with."""
    return section_of(user.tenant).home(user) if user.tenant else "admin:index"


def _links(places: Iterable[Place], here: str, path: str) -> tuple[PlaceLink, ...]:
    return tuple(_link(place, here, path) for place in places)


def _link(place: Place, here: str, path: str) -> PlaceLink:
    href = reverse(place.url_name)
    current = "page" if path == href else "true" if here == place.url_name or here in place.also else ""
    return PlaceLink(place.word, href, str(place.text), place.icon, current)
