"""Helpers of page tests: signed-in clients, and the queries of a page without those for session and user."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

SESSION_AND_USER = ("django_session", "accounts_user")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, path: str, status: int = 200) -> str:
    """Return the page as text."""
    return answer(browser_of(user).get(path), status)


def post(user: User, path: str, status: int, **fields: str) -> str:
    return answer(browser_of(user).post(path, fields), status)


def answer(response: Any, status: int) -> str:
    assert isinstance(response, HttpResponse)
    assert response.status_code == status, response.content
    return response.content.decode()


def queries_of(user: User, path: str) -> list[str]:
    """Return the queries of the page, without those for session and user."""
    client = browser_of(user)
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        answer(client.get(path), 200)
    statements = [query["sql"] for query in found.captured_queries]
    return [sql for sql in statements if not _is_session_or_user(sql)]


def _is_session_or_user(sql: str) -> bool:
    if sql.startswith(("SAVEPOINT", "RELEASE")):
        return True
    return sql.startswith(tuple(f'SELECT "{table}".' for table in SESSION_AND_USER))
