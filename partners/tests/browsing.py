"""Signed-in clients for the tests of pages, and what programs read from a page."""

import re
from collections.abc import Iterable
from typing import Any

from django.test import Client

from accounts.models import Operation, OperationLogEntry, User

SESSION_AND_USER = 2  # the two queries that every page behind the login costs anyway


def browser_of(user: User, *, enforce_csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf)
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    """The page as one line of text without tags, entities resolved as far as names need it."""
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    return " ".join(text.replace("&#x27;", "'").split())


def checks_in(response: Any) -> dict[str, str]:
    """The rows of the check, code -> answer, as a program reads them."""
    return dict(re.findall(r'data-check="([^"]+)" data-answer="([^"]+)"', response.content.decode()))


def requests_in(response: Any) -> list[tuple[str, str]]:
    """The requests that a page shows: reference and status."""
    return re.findall(r'data-request="([^"]+)" data-status="([^"]+)"', response.content.decode())


def operations_of(users: Iterable[User]) -> list[str]:
    """The words of the log entries that these users caused, oldest first."""
    entries = OperationLogEntry.objects.filter(actor__in=list(users)).order_by("pk")
    return [str(Operation(entry.operation)) for entry in entries]
