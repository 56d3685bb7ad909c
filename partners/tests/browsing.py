"""Signed-in clients for page tests, and parsers of the data attributes of a page."""

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
    """Return the page as one line of text, without tags and with the common entities resolved."""
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    return " ".join(text.replace("&#x27;", "'").split())


def checks_in(response: Any) -> dict[str, str]:
    """Return the answers of the checks by code."""
    return dict(re.findall(r'data-check="([^"]+)" data-answer="([^"]+)"', response.content.decode()))


def requests_in(response: Any) -> list[tuple[str, str]]:
    """Return reference and status of the requests on the page."""
    return re.findall(r'data-request="([^"]+)" data-status="([^"]+)"', response.content.decode())


def operations_of(users: Iterable[User]) -> list[str]:
    """Return the operations of these users' log entries, oldest first."""
    entries = OperationLogEntry.objects.filter(actor__in=list(users)).order_by("pk")
    return [str(Operation(entry.operation)) for entry in entries]
