"""Asks one cell of the matrix: a method of an address by a role, in a world that is as before afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponse, SimpleCookie
from django.test import RequestFactory
from django.utils import timezone

from accounts.codes import code_for
from accounts.log.append import VENDOR_CHAIN
from accounts.models import OperationLogEntry, User
from accounts.operations.mobile_number import start_number_change
from accounts.tests.factories import PASSWORD
from accounts.verification import Issued
from portal.tests.given import NUMBER, valid
from portal.tests.matrix_world import World, code_for_disassociating

LOGINS = ("/accounts/login/?next=", "/admin/login/?next=")  # the second leads to the first
WRITE = re.compile(r'\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|DROP|ALTER|CREATE)\b[^"]*"(\w+)"', re.IGNORECASE)
BOOKKEEPING = {
    *("django_session", "axes_accessattempt", "axes_accessfailurelog"),  # who is signed in, who guesses
    "accounts_heartbeat",  # the trial write of /readyz, which is rolled back
}
LOG = {"accounts_operationlogentry", "accounts_chainhead"}
COUNTERS = {"accounts_challenge", "accounts_smsdevice"}  # of wrong tries
REQUEST = re.compile(r"/requests/([^/]+)/")


@dataclass
class Answer:
    """What came back, as the matrix writes it, and the response itself."""

    text: str
    response: Any


@dataclass
class Asking:
    """One cell before it is asked: `user` is None for anonymous people and for ended sessions."""

    world: World
    role: str
    send: Callable[..., Any]

    @property
    def user(self) -> User | None:
        return self.world.people.get(self.role) if self.role not in ("gone", "shut") else None


def _code(asking: Asking) -> dict[str, Any]:
    """A code was sent to who could start; the others guess."""
    if asking.user is None or asking.role not in ("ready", "refer"):
        return {"code": "123456"}
    return {"code": code_for(code_for_disassociating(asking.user))}


def _wrong_code(asking: Asking) -> dict[str, Any]:
    right = _code(asking)["code"]
    return {"code": f"{(int(right) + 1) % 10**6:06}"}


def _number_code(asking: Asking) -> dict[str, Any]:
    if asking.user is None or asking.user.tenant is None:
        return {"code": "123456", "purpose": "confirm-number"}
    answer = start_number_change(actor=asking.user, number=NUMBER, ip="192.0.2.1")
    assert isinstance(answer, Issued), answer
    return {"code": code_for(answer.challenge), "purpose": answer.challenge.purpose}


def _opened_link(asking: Asking) -> dict[str, Any]:
    """The link was opened in this browser, which keeps its token in the session."""
    asking.send("GET", "/accounts/set-password/{uid}/{token}/", {})
    return valid(*TWICE)


def body_of(story: str, path: str, asking: Asking) -> dict[str, Any]:
    """`:action=WORD` chooses the row of the model in a list of the admin."""
    if not story.startswith(":action="):
        return STORIES[story](asking)
    model = ".".join(path.split("/")[2:4])
    return {"action": story.removeprefix(":action="), "_selected_action": asking.world.keys[model]}


TWICE = ("new_password1", "new_password2")
# The word after the address of a row -> what is sent, and what happened before.
STORIES: dict[str, Callable[[Asking], dict[str, Any]]] = {
    "": lambda asking: {},
    ":reason": lambda asking: valid("reason"),
    ":ticked": lambda asking: valid("understand"),
    ":code": _code,
    ":wrong-code": _wrong_code,
    ":number": lambda asking: valid("number", password=PASSWORD),
    ":wrong-password": lambda asking: valid("number", password="not-the-password"),
    ":number-code": _number_code,
    ":new-password": lambda asking: valid(*TWICE, old_password=PASSWORD),
    ":not-the-old-password": lambda asking: valid(*TWICE, old_password="not-the-password"),
    ":link": _opened_link,
    ":currency": lambda asking: valid("currency"),
    ":until": lambda asking: {"until": (timezone.now() + timedelta(days=1)).isoformat()},
    ":login": lambda asking: {"username": "ready", "password": PASSWORD},
    ":wrong-login": lambda asking: {"username": "ready", "password": "not-the-password"},
    ":mail": lambda asking: {"email": "ready@people.example"},
    ":yes": lambda asking: valid("post"),
    ":language": lambda asking: {"language": "en", "next": "/"},
    ":theme": lambda asking: {"theme": "dark", "next": "/"},
    ":partner": lambda asking: valid("reason", "model", partner=asking.world.fill("{partners.partner}")),
    ":password": lambda asking: valid("reason", "password1", "password2"),
}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back; operations may open their durable transaction in it."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


class Walker:
    """Asks the portal with all its middleware, as a role; without the token of the forms, which every browser has."""

    def __init__(self, world: World) -> None:
        self.world, self.factory, self.handler = world, RequestFactory(), BaseHandler()
        self.handler.load_middleware()

    def ask(self, role: str, method: str, path: str, story: str = "") -> Answer:
        cookies = SimpleCookie()
        if role in self.world.sessions:
            cookies[settings.SESSION_COOKIE_NAME] = self.world.sessions[role]

        def send(method: str, path: str, body: dict[str, Any]) -> Any:
            response = self._send(method, self.world.fill(path), body, cookies)
            cookies.update(response.cookies)
            return response

        with undone():
            body = body_of(story, path, Asking(self.world, role, send))
            before = OperationLogEntry.objects.count()
            mail.outbox.clear()
            cache.clear()
            with writes() as written:
                response = send(method, path, body)
            return _answer(response, path, written, self.world.people.get(role), before)

    def _send(self, method: str, path: str, body: dict[str, Any], cookies: SimpleCookie) -> Any:
        headers = {"Cookie": "; ".join(f"{morsel.key}={morsel.value}" for morsel in cookies.values())}
        if method == "POST":
            request = self.factory.post(path, {"csrfmiddlewaretoken": "any", **body}, headers=headers)
        else:
            request = self.factory.generic(method, path, headers=headers)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        response: Any = self.handler.get_response(request)
        if response.streaming:
            response.getvalue()
        request_finished.disconnect(close_old_connections)
        response.close()  # what is done after the answer belongs to it
        request_finished.connect(close_old_connections)
        return response


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables to which a row was written, those of sessions and sign-ins aside."""
    written: list[str] = []

    def spy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result, found = execute(sql, params, many, context), WRITE.match(sql)
        # SQLite does not count the row of an INSERT that returns its key; an UPDATE may have met none.
        if found and found[2] not in BOOKKEEPING and (found[1] == "INSERT" or context["cursor"].rowcount != 0):
            written.append(found[2])
        return result

    with connection.execute_wrapper(spy):
        yield written


def _answer(response: HttpResponse, path: str, written: list[str], actor: User | None, before: int) -> Answer:
    to = response.headers.get("Location", "")
    text = "L" if response.status_code in (302, 303) and to.startswith(LOGINS) else str(response.status_code)
    if not written and not mail.outbox:
        return Answer(text, response)
    entries = list(OperationLogEntry.objects.order_by("pk")[before:])
    is_small = not mail.outbox and set(written) <= LOG | COUNTERS
    is_right = is_small and _is_refusal(entries, actor) and (text != "403" or _is_denial(entries[0], actor, path))
    operation = entries[0].operation if entries else ""
    return Answer(f"{text}{'+' if is_right else '!'}{operation}", response)


def _is_refusal(entries: list[OperationLogEntry], actor: User | None) -> bool:
    return [(entry.result, entry.actor) for entry in entries] == [("refused", actor)]


def _is_denial(entry: OperationLogEntry, actor: User | None, path: str) -> bool:
    """It is in the chain of the actor's own organisation, or of the vendor, and names no other one."""
    assert actor is not None
    own, request = actor.tenant_id, REQUEST.match(path)
    chain, reference = (f"tenant:{own}", request[1] if request else "") if own else (VENDOR_CHAIN, "")
    named = {entry.customer_id, entry.partner_id} - {None}
    return (entry.chain, entry.reference, entry.remark_word, named) == (
        chain,
        reference,
        "not-allowed",
        {own} if own else set(),
    )
