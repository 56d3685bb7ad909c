"""Walks the matrix (portal/tests/matrix.py): each cell is asked, and each address has its rows."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from pytest_django import DjangoDbBlocker

from accounts.admin.reasons import ReasonedAdmin
from accounts.models import User
from partners.tests import cast
from portal.tests.matrix import ROLES, Row, rows
from portal.tests.matrix_walk import STORIES, Answer, Walker, undone
from portal.tests.matrix_world import ENDED, build
from portal.tests.slices import SLICE

ODD = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
METHODS = {"READ": ("GET", "HEAD"), "ODD": ODD}
# Nothing of anybody's: the public ones, the way out, and a redirect to the address with its slash.
PUBLIC = ("/brand.css", "/brand.svg", "/theme/", "/healthz", "/readyz", "/metrics", "/accounts/logout/")
SIGNED_IN = frozenset(ROLES) - {"anon", "gone", "shut"}
# The pages of all models pass through one door of the admin: a ninth of the roles asks for each, changing with the day.
EVERY = 1 if os.environ.get("MATRIX") == "all" else 9
ROWS = rows()
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def walker(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walker]:
    """The one world of all cells. The log of thousands of requests is nobody's reading."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), undone():
        yield Walker(build())
    logging.disable(logging.NOTSET)


def cells(row: Row, number: int, *, day: int = SLICE) -> Iterator[tuple[str, str, str]]:
    """Role, method and expected answer. Of the odd methods each role asks one, HEAD is asked by every third.

    Both change with the day.
    """
    for place, (role, expected) in enumerate(zip(ROLES, row.cells, strict=True)):
        turn = place + number + day
        if row.is_of_model and role not in ("anon", "staff", "clerk") and turn % EVERY:
            continue
        if row.method == "ODD":
            yield role, ODD[turn % len(ODD)], expected
            continue
        yield role, "GET" if row.method == "READ" else row.method, expected
        if row.method == "READ" and (EVERY == 1 or turn % 3 == 0):
            yield role, "HEAD", expected


def of(role: str, path: str, answer: Answer) -> str:
    """The answer as the matrix writes it, and what is wrong with its headers."""
    problems = [answer.text]
    kept = answer.response.headers.get("Cache-Control", "")
    if (
        role in SIGNED_IN
        and path not in PUBLIC
        and answer.text != "301"
        and not {"private", "no-store"} <= set(re.split(r", *", kept))
    ):
        problems.append(f"may be kept: {kept!r}")
    if answer.text.startswith("405") and not answer.response.headers.get("Allow"):
        problems.append("names no method")
    return ", ".join(problems)


@pytest.mark.parametrize(("number", "row"), list(enumerate(ROWS)), ids=lambda value: str(value).replace(":", ""))
def test_every_role_gets_the_answer_of_the_matrix(walker: Walker, number: int, row: Row) -> None:
    wrong = []
    for role, method, expected in cells(row, number):
        found = of(role, row.path, walker.ask(role, method, row.path, row.story))
        if found != expected:
            wrong.append(f"{method} as {role}: {found}, not {expected}")
    assert not wrong, "\n".join([str(row), *wrong])


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")  # as a match joins them
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def views(known: Iterable[Row]) -> dict[str, tuple[str, set[str]]]:
    """Of each route its address in a row, and the methods that its rows ask. A key in braces is 1, or a word."""
    found: dict[str, tuple[str, set[str]]] = {}
    for row in known:
        try:
            route = resolve(re.sub(r"{[^}]+}", "1", row.path).partition("?")[0]).route
        except Resolver404:
            continue
        found.setdefault(route, (row.path, set()))[1].update(METHODS.get(row.method, (row.method,)))
    return found


VIEWS = views(ROWS)


def wanted() -> set[str]:
    return set(routes(get_resolver().url_patterns))


def test_every_role_of_the_table_is_a_column() -> None:
    assert {role.name for role in (*cast.ROLES, *ENDED)} == set(ROLES) - {"anon"}


def test_every_address_has_a_row() -> None:
    assert wanted() - views(ROWS).keys() == set()


def test_an_address_without_a_row_is_found() -> None:
    without = [row for row in ROWS if row.path != "/my-partner/process/"]
    assert wanted() - views(without).keys() == {"my-partner/process/"}


@pytest.mark.parametrize(("number", "route"), list(enumerate(VIEWS)))
def test_a_method_that_no_row_of_a_view_names_is_405(walker: Walker, number: int, route: str) -> None:
    path, asked = VIEWS[route]
    signed_in = sorted(SIGNED_IN)
    for role in signed_in if EVERY == 1 else (signed_in[number % len(signed_in)],):
        for method in sorted({"GET", "HEAD", "POST", *ODD} - asked):
            assert of(role, path, walker.ask(role, method, path)) == "405", f"{method} as {role}"
    for role in ("anon", "gone", "shut"):
        method = min({"POST", *ODD} - asked)
        assert of(role, path, walker.ask(role, method, path)) in ("405", "L"), f"{method} as {role}"


def verbs() -> Iterator[tuple[str, str]]:
    """The address of the list, and the word, of every verb of staff."""
    for model, model_admin in admin.site._registry.items():
        for verb in getattr(model_admin, "verbs", ()):
            yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/", verb.word


def test_every_verb_of_staff_has_its_rows() -> None:
    asked = {(row.method, row.path.partition("?")[0]) for row in ROWS}
    for path, word in verbs():
        for method in ("READ", "POST"):
            assert (method, f"{path}act/{word}/") in asked, (method, path, word)


def test_every_action_of_a_list_has_its_row() -> None:
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True, is_active=True)
    asked = {(row.path, row.story) for row in ROWS if row.method == "POST"}
    for model, model_admin in admin.site._registry.items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for word in model_admin.get_actions(request):
            assert (path, f":action={word}") in asked, (path, word)


def test_the_admin_has_verbs_at_all() -> None:
    assert len(list(verbs())) >= 7
    assert any(isinstance(model_admin, ReasonedAdmin) for model_admin in admin.site._registry.values())


def test_every_word_of_the_matrix_is_used() -> None:
    assert {row.story for row in ROWS if not row.story.startswith(":action=")} == set(STORIES)


REFERENCES = ("D-PENDING", "D-THEIRS", "D-APPROVED", "D-COMPLETED", "D-REJECTED")
FOREIGN: tuple[str, ...] = ("/requests/{}/", "/requests/{}/withdraw/", "/requests/{}/approve/", "/requests/{}/reject/")
FOREIGN += ("/partner/process/{}/",)


def bare(response: Any, reference: str) -> str:
    """The page without what differs from one request to the next, and without what was asked."""
    page = re.sub(r'value="[^"]{64}"|[0-9a-f-]{36}', "", response.content.decode())
    return page.replace(reference, "")


@pytest.mark.parametrize("path", FOREIGN)
@pytest.mark.parametrize("role", ["c-adm", "c-mem", "ready", "free", "o-cust", "p-adm", "p-mem", "o-part"])
def test_a_foreign_reference_is_not_told_from_an_unknown_one(walker: Walker, role: str, path: str) -> None:
    for method in ("GET", "POST"):
        unknown = walker.ask(role, method, path.format("D-UNKNOWN"))
        for reference in REFERENCES:
            found = walker.ask(role, method, path.format(reference))
            if found.text == "404":
                assert bare(found.response, reference) == bare(unknown.response, "D-UNKNOWN")
                assert _headers(found) == _headers(unknown)


def _headers(answer: Answer) -> set[str]:
    return {name for name in answer.response.headers if name != "Set-Cookie"}
