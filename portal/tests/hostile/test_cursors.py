"""Cursors of another user, list or filter, and forged cursors: the answer is the ordinary 404 page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.core import signing
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from accounts import keyset
from accounts.models import Notification, OperationLogEntry, User
from partners.models import DisassociationRequest
from portal.tests.hostile import world
from portal.tests.hostile.attack import Attacker
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.sampling import EXAMPLES

pytestmark = pytest.mark.django_db
LISTS = [
    ("customer-ready", "/notifications/", "cursor"),
    ("customer-ready", "/my-partner/operation-log/", "cursor"),
    ("customer-ready", "/my-partner/process/", "cursor"),
    ("partner-admin", "/partner/operation-log/", "cursor"),
    ("partner-admin", "/partner/customers/", "cursor"),
    ("partner-admin", "/partner/process/", "waiting"),
    ("partner-admin", "/partner/process/", "others"),
    ("partner-admin", "/partner/process/", "closed"),
]
ORDER = ("-at", "-id")


def cursors() -> dict[str, str]:
    """Every kind of cursor, each signed for a list that is not the one it is sent to."""
    entries, inbox = OperationLogEntry.objects.all(), Notification.objects.all()
    other = User.objects.get(username="customer-arrears")
    requests = DisassociationRequest.objects.all()
    pages: dict[str, keyset.Page[Any]] = {
        "another customer's log": keyset.page_of(entries, size=1, filters=f"{other.tenant_id}?"),
        "the log without its owner": keyset.page_of(entries, size=1, filters=""),
        "another filter of the log": keyset.page_of(entries, size=1, filters=f"{other.tenant_id}?operation=approved"),
        "another inbox": keyset.page_of(inbox, size=1, order=("-created_at", "-id"), filters=f"inbox:{other.pk}"),
        "another list": keyset.page_of(requests, size=1, order=("due_at", "id"), filters="waiting:0"),
    }
    return {name: page.older for name, page in pages.items() if page.older}


@pytest.mark.parametrize(("role", "path", "name"), LISTS)
def test_a_cursor_of_another_list_is_404(targets: Targets, role: str, path: str, name: str) -> None:
    attacker, known = Attacker(role), cursors()
    assert len(known) == 5
    for word, cursor in known.items():
        answer = attacker.send("GET", path, word, query=f"{name}={quote(cursor)}".encode())
        assert answer.status_code == 404, word
    assert attacker.faults == []


@pytest.mark.parametrize(("role", "path", "name"), LISTS)
def test_a_cursor_that_was_tampered_with_is_404(targets: Targets, role: str, path: str, name: str) -> None:
    attacker, cursor = Attacker(role), cursors()["another customer's log"]
    payload, stamp, signature = cursor.rsplit(":", 2)
    tampered = [
        payload,
        f"{payload}:{stamp}:",
        f"{payload}:{stamp}:{signature[:-1]}",
        f"{payload}x:{stamp}:{signature}",
        f"{payload}:{stamp}x:{signature}",
        f".{payload}:{stamp}:{signature}",
        f"{payload}:{stamp}:{signature}\0",
        signing.dumps(["older", "9999-12-31T23:59:59", "1"]),
        signing.dumps(["older", "9999-12-31T23:59:59", "1"], key="guessed", salt="accounts.keyset"),
        "::",
        "%FF%FE",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "a" * 100_000,
    ]
    for one in tampered:
        raw = f"{name}={quote(one, errors='surrogatepass')}".encode()
        assert attacker.send("GET", path, repr(one)[:60], query=raw).status_code == 404, one[:80]
    assert attacker.faults == []


def test_a_cursor_is_good_for_the_filter_that_it_was_made_for(targets: Targets) -> None:
    user = User.objects.select_related("tenant").get(username="partner-admin")
    assert user.tenant
    entries = OperationLogEntry.objects.of_tenant(user.tenant)
    cursor = keyset.page_of(entries, size=1, filters=f"{user.tenant_id}?").older
    assert cursor
    client = world.client_of("partner-admin")
    good: Any = client.get("/partner/operation-log/", {"cursor": cursor})
    assert good.status_code == 200
    assert client.get("/partner/operation-log/", {"cursor": cursor, "result": "refused"}).status_code == 404
    assert client.get("/partner/operation-log/", {"cursor": cursor, "result": ""}).status_code == 200


@given(cursor=st.text(max_size=200))
@hypothesis_settings(
    max_examples=20 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_arbitrary_text_is_not_a_valid_cursor(targets: Targets, cursor: str) -> None:
    attacker, raw = Attacker("customer-ready"), quote(cursor, errors="surrogatepass")
    answer = attacker.send("GET", "/my-partner/operation-log/", repr(cursor), query=f"cursor={raw}".encode())
    assert answer.status_code == (404 if cursor else 200)
    assert attacker.faults == []
