"""Every field of every form, every parameter and every part of an address, with values from the list."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from portal.tests.hostile.attack import Attacker, addresses, altogether, with_value
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.sampling import every, in_turn
from portal.tests.hostile.values import LISTED, encoded
from portal.tests.hostile.world import ROLES

pytestmark = pytest.mark.django_db
# Addresses that no link leads to and that take nothing, or are attacked by a test of their own.
ELSEWHERE = {
    "healthz": "takes nothing",
    "readyz": "takes nothing",
    "metrics": "takes nothing",
    "brand.css": "takes nothing",
    "brand.svg": "takes nothing",
    "accounts/language/": "test_bodies.py, test_redirects.py: shown once there are two languages",
    "notifications/read/": "takes nothing; its form is shown with unread notices, which opening their page would mark",
    "admin/autocomplete/": "test_what_no_link_leads_to",
    "admin/r/<path:content_type_id>/<path:object_id>/": "test_what_no_link_leads_to",
    "admin/(?P<url>.*)$": "test_what_no_link_leads_to",
}
UNLINKED = (
    "/admin/autocomplete/?app_label=accounts&model_name=user&field_name=tenant&term=a",
    "/admin/r/1/1/",
    "/admin/no/such/page",
    "/admin/accounts/user/1/delete/",
    "/admin/accounts/user/1/password/",
    "/admin/accounts/tenant/1",
    "/metrics",
    "/brand.css",
    "/brand.svg",
    "/healthz",
    "/readyz",
)


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found: list[str] = []
    for one in patterns:
        route = before + str(one.pattern).removeprefix("^")
        found += routes(one.url_patterns, route) if isinstance(one, URLResolver) else [route]
    return found


def is_known(route: str) -> bool:
    """Deleting is refused everywhere, and a key without its page only redirects."""
    return route in ELSEWHERE or route.endswith(("/delete/", "<path:object_id>/"))


def test_every_address_is_attacked(targets: Targets) -> None:
    walked = {target.route.replace("^", "") for role in ROLES for target in targets[role]}
    missing = [route for route in routes(get_resolver().url_patterns) if route not in walked and not is_known(route)]
    assert missing == []


def test_an_honest_form_is_understood_so_that_a_hostile_field_is_what_is_refused(targets: Targets) -> None:
    """It may be too early (429) or blocked (409); of the two codes on their way only one is the right one."""
    refused = []
    for role in ROLES[:-1]:
        attacker = Attacker(role)
        for target in targets.distinct(role):
            answer = attacker.send("POST", target.path, str(target), body=encoded(target.pairs()))
            is_refused = answer.status_code in (400, 403, 404, 422) and "code" not in target.names
            refused += [str(target)] if is_refused and target.method == "POST" else []
        assert attacker.faults == []
    assert refused == []


@pytest.mark.parametrize("role", ROLES)
def test_one_hostile_field_among_valid_ones_causes_no_server_error(targets: Targets, role: str) -> None:
    attacker, number = Attacker(role), ROLES.index(role)
    for target in in_turn(role, targets.distinct(role)):
        for name in target.names:
            number += 1
            for word, value in every(LISTED, number, at_most=1 if role == "staff" else 6):
                attacker.pairs(target, with_value(target, name, value), f"{name} with {word}")
    assert attacker.faults == []


@pytest.mark.parametrize("role", ROLES)
def test_the_same_hostile_value_in_every_field(targets: Targets, role: str) -> None:
    attacker = Attacker(role)
    for number, target in enumerate(in_turn(role, targets.distinct(role))):
        for word, value in every(LISTED, number, at_most=1 if role == "staff" else 6):
            attacker.pairs(target, altogether(target, value), f"all with {word}")
    assert attacker.faults == []


@pytest.mark.parametrize("role", ROLES)
def test_a_hostile_part_of_the_address(targets: Targets, role: str) -> None:
    attacker = Attacker(role)
    for number, target in enumerate(in_turn(role, targets.distinct(role))):
        for word, value in every(LISTED, number, at_most=1 if role == "staff" else 6):
            for name, path in addresses(target, value):
                attacker.send(target.method, path, f"{target.route}: {name} with {word}")
    assert attacker.faults == []


@pytest.mark.parametrize("path", UNLINKED)
@pytest.mark.parametrize("role", ["", "customer-ready", "staff"])
def test_what_no_link_leads_to(targets: Targets, role: str, path: str) -> None:
    attacker = Attacker(role)
    for word, value in every(LISTED, len(path), at_most=8):
        attacker.send("GET", path, f"{path} {word}", query=encoded([("term", value), ("q", value), ("next", value)]))
        attacker.send("POST", path, f"{path} {word}", body=encoded([("post", value), ("password1", value)]))
    assert attacker.faults == []
