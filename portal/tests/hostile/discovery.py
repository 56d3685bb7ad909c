"""Finds what can be attacked: walks the portal as each role and takes every form, field and parameter that it meets.

Nothing is listed by hand: a new page, a new field or a new parameter is attacked as soon as a link leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import Field as Column
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve

from portal.tests.hostile import world
from portal.tests.hostile.page import Form, read
from portal.tests.hostile.values import Pairs

ALIKE = 3  # pages of one kind that are walked: requests differ by their state
OF_ADMIN_LISTS = [ALL_VAR, "e", "_facets", ORDER_VAR, PAGE_VAR, SEARCH_VAR, IS_POPUP_VAR, TO_FIELD_VAR]
OF_ADMIN_FORMS = [IS_POPUP_VAR, TO_FIELD_VAR, "_changelist_filters"]


@dataclass(frozen=True)
class Target:
    """One address with what an honest browser sends to it."""

    role: str
    method: str
    path: str
    honest: tuple[tuple[str, str], ...]
    more: tuple[str, ...]  # what it reads as well, and nobody sends without a reason
    route: str
    page: str  # the one that held the form

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys([*(name for name, _ in self.honest), *self.more]))

    @property
    def kind(self) -> object:
        return self.method, _key(resolve(urlsplit(self.path).path)), frozenset(self.names)

    def pairs(self) -> Pairs:
        return [(name, value.encode()) for name, value in self.honest]

    def __str__(self) -> str:
        return f"{self.role or 'anonymous'} {self.method} {self.path} ({', '.join(self.names)[:60]})"


class Walk:
    """One role's way through all pages that a link leads to."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.client = world.client_of(role)
        self.typed = world.honest_values(role)
        self.waiting = world.entrances(role)
        self.seen: dict[object, int] = {}
        self.targets: dict[object, Target] = {}
        self.refused: list[str] = []

    def all_targets(self) -> list[Target]:
        while self.waiting:
            self._open(self.waiting.pop(0))
        return list(self.targets.values())

    def _open(self, address: str) -> None:
        path, _, query = address.partition("?")
        match = _match(path)
        if match is None or not self._is_new(match, query):
            return
        with names_read() as names:
            response: Any = self.client.get(address)
        if response.status_code >= 400:
            self.refused.append(f"{response.status_code} {address}")
        self._add("GET", path, parse_qsl(query, keep_blank_values=True), [*names, *_of_admin(match)], address)
        if response.has_header("Location"):
            self.waiting.append(urljoin(address, response["Location"]))
        elif "html" in response["Content-Type"]:
            self._read(address, response.content.decode())

    def _read(self, address: str, html: str) -> None:
        forms, links = read(html)
        for form in forms:
            target = urljoin(address, form.action or address)
            match = _match(urlsplit(target).path)
            if match is not None:
                self._add(form.method.upper(), target, self._sent_by(form), [], address)
        for link in links:
            found = urljoin(f"http://testserver{address}", link)
            if found.startswith("http://testserver/"):
                self.waiting.append(found.removeprefix("http://testserver").partition("#")[0])

    def _is_new(self, match: ResolverMatch, query: str) -> bool:
        key = (_key(match), frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True)))
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] <= (1 if match.app_names == ["admin"] else ALIKE)

    def _add(self, method: str, address: str, pairs: Iterable[tuple[str, str]], more: Iterable[str], page: str) -> None:
        match = resolve(urlsplit(address).path)
        honest = tuple((name, value) for name, value in pairs if name != "csrfmiddlewaretoken")
        target = Target(self.role, method, address, honest, tuple(more), match.route, page)
        self.targets.setdefault(target.kind, target)

    def _sent_by(self, form: Form) -> list[tuple[str, str]]:
        sent: dict[str, str] = {}
        for one in form.fields:
            if one.kind in ("checkbox", "radio"):
                sent.setdefault(one.name, one.value or "on")
            elif one.kind == "select":
                sent[one.name] = one.value or next((value for value in one.choices if value), "")
            else:
                sent[one.name] = one.value or self.typed.get(one.name, "")
        return list(sent.items())


class Targets(dict[str, list[Target]]):
    """The targets of each role, found when they are first asked for; each attack leaves the world as it was."""

    def __missing__(self, role: str) -> list[Target]:
        with world.undone() as undo:
            self[role] = Walk(role).all_targets()
            undo()
        return self[role]

    def distinct(self, role: str) -> list[Target]:
        """Those of the role that no role before it meets."""
        known = {target.kind for before in world.ROLES[: world.ROLES.index(role)] for target in self[before]}
        return [target for target in self[role] if target.kind not in known]


@contextmanager
def names_read() -> Iterator[list[str]]:
    """Note every name that a view asks a query or a form for."""
    names: list[str] = []
    plain = QueryDict.__getitem__

    def noted(self: QueryDict, key: str) -> Any:
        if isinstance(key, str) and key not in names:
            names.append(key)
        return plain(self, key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryDict, "__getitem__", noted)
        yield names


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _key(match: ResolverMatch) -> tuple[str, object]:
    return match.route, match.kwargs.get("word")


def _of_admin(match: ResolverMatch) -> list[str]:
    """The parameters that Django's admin reads, and those by which our lists are filtered, with every lookup."""
    if match.app_names != ["admin"]:
        return []
    for model, model_admin in admin.site._registry.items():
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if match.url_name == f"{prefix}changelist":
            return [*OF_ADMIN_LISTS, *_filters(model_admin)]
    return OF_ADMIN_FORMS


def _filters(model_admin: Any) -> list[str]:
    names = [str(name) for name in (*model_admin.allowed_lookups, *model_admin._filter_names())]
    for column in model_admin.opts.get_fields():
        if isinstance(column, Column) and column.name in names:
            names += [f"{column.name}__{lookup}" for lookup in column.get_lookups()]
    return names
