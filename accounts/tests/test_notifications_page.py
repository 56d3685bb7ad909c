"""The inbox: the user's notices, newest first, unread until marked as read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Channel, Event, Notification, User
from accounts.tests.factories import MemberFactory, PartnerTenantFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"
READ = "/notifications/read/"


def tell(
    user: User, number: int = 1, *, event: str = Event.NUMBER_CHANGED, reference: str = "", **changes: Any
) -> Notification:
    at = changes.pop("at", timezone.now())
    row: Notification = Notification.objects.create(
        event=event,
        subject=reference or "number",
        reference=reference,
        recipient=user,
        recipient_tenant=user.tenant,
        channel=changes.pop("channel", Channel.PORTAL),
        ordinal=number,
        idempotency_key=f"{event}:{user.pk}:{number}",
        context={"number": "+44 •••• •••418", "changed_at": at.isoformat()},
        state="sent",
        created_at=at,
        next_attempt_at=at,
        sent_at=at,
        **changes,
    )
    return row


@pytest.fixture
def reader(client: Client) -> User:
    user: User = UserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("make", [UserFactory, MemberFactory])
@pytest.mark.parametrize("kind", ["customer", "partner"])
def test_administrators_and_members_of_both_sides_read_theirs(
    client: Client, make: Callable[..., User], kind: str
) -> None:
    user = make(tenant=PartnerTenantFactory()) if kind == "partner" else make()
    tell(user)
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    assert "settings__row--unread" in response.content.decode()


def test_anonymous_users_are_redirected_to_the_login(client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_inbox_of_a_colleague_is_not_visible(client: Client, reader: User) -> None:
    tell(UserFactory(tenant=reader.tenant))
    assert "No notifications" in client.get(PAGE).content.decode()


def test_mail_and_text_messages_are_not_shown_twice(client: Client, reader: User) -> None:
    tell(reader, channel=Channel.EMAIL)
    assert "No notifications" in client.get(PAGE).content.decode()


def test_notices_are_grouped_by_request_the_newest_first(client: Client, reader: User) -> None:
    now = timezone.now()
    older = {"event": Event.WITHDRAWN, "reference": "D-1A2B3C4D"}
    tell(reader, 1, at=now - timedelta(days=3), **older)
    tell(reader, 2, at=now - timedelta(days=2))
    tell(reader, 3, at=now - timedelta(days=1), **older)
    request, account = client.get(PAGE).context["groups"]
    assert (request.reference, account.reference) == ("D-1A2B3C4D", "")
    assert [entry.at for entry in request.entries] == [now - timedelta(days=1), now - timedelta(days=3)]
    assert len(account.entries) == 1


@pytest.mark.parametrize(("kind", "other"), [("customer", "Harbourline"), ("partner", "Northfield")])
def test_a_request_is_named_by_the_other_side(client: Client, kind: str, other: str) -> None:
    reader: User = UserFactory(tenant=PartnerTenantFactory()) if kind == "partner" else UserFactory()
    row = tell(reader, event=Event.WITHDRAWN, reference="D-1A2B3C4D")
    row.context |= {"customer_name": "Northfield", "partner_name": "Harbourline"}
    row.save()
    client.force_login(reader)
    assert f"Request to end the association with {other}" in client.get(PAGE).content.decode()


def test_reading_writes_nothing(client: Client, reader: User) -> None:
    row = tell(reader)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert all(query["sql"].startswith("SELECT") for query in queries)
    row.refresh_from_db()
    assert row.read_at is None


def test_the_bar_counts_the_unread_notifications_of_the_reader_alone(client: Client, reader: User) -> None:
    tell(reader, 1)
    tell(reader, 2)
    tell(reader, 3, read_at=timezone.now())
    tell(reader, 4, channel=Channel.EMAIL)
    tell(UserFactory(tenant=reader.tenant), 5)
    assert client.get("/account/password/").context["chrome"].unread == 2


@pytest.mark.parametrize("rows", [1, 30])
def test_inbox_needs_three_queries_besides_session_and_user(client: Client, reader: User, rows: int) -> None:
    for number in range(rows):
        tell(reader, number)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 2 + 3  # the rows, the unread count, and the badge of Process


def test_inbox_shows_fifty_per_page_with_a_link_to_older_ones(client: Client, reader: User) -> None:
    now = timezone.now()
    for number in range(51):
        tell(reader, number, at=now - timedelta(hours=number))
    first = client.get(PAGE).context["page"]
    assert (len(first.rows), first.newer) == (50, None)
    second = client.get(PAGE, {"cursor": first.older}).context["page"]
    assert (len(second.rows), second.older) == (1, None)
    assert second.newer


def test_a_forged_cursor_is_404(client: Client, reader: User) -> None:
    assert client.get(PAGE, {"cursor": "forged"}).status_code == 404


def test_the_cursor_of_somebody_else_is_404(client: Client, reader: User) -> None:
    other = UserFactory()
    for number in range(51):
        tell(other, number)
    stranger = Client()
    stranger.force_login(other)
    cursor = stranger.get(PAGE).context["page"].older
    assert client.get(PAGE, {"cursor": cursor}).status_code == 404


def test_header_bar_counts_unread_notices(client: Client, reader: User) -> None:
    tell(reader, 1)
    tell(reader, 2)
    tell(reader, 3, read_at=timezone.now())
    page = client.get(PAGE).content.decode()
    assert '<span class="topbar__count">2</span>' in page
    assert "2 unread" in page


def test_marking_all_as_read_empties_the_count(client: Client, reader: User) -> None:
    tell(reader)
    response = client.post(READ, {"until": timezone.now().isoformat()})
    assert (response.status_code, response["Location"]) == (303, PAGE)
    page = client.get(PAGE).content.decode()
    assert "topbar__count" not in page
    assert "Mark all as read" not in page


def test_what_came_after_the_page_was_rendered_stays_unread(client: Client, reader: User) -> None:
    row = tell(reader)
    client.post(READ, {"until": (row.created_at - timedelta(seconds=1)).isoformat()})
    row.refresh_from_db()
    assert row.read_at is None


def test_marking_leaves_the_inbox_of_others_alone(client: Client, reader: User) -> None:
    row = tell(UserFactory(tenant=reader.tenant))
    client.post(READ, {"until": timezone.now().isoformat()})
    row.refresh_from_db()
    assert row.read_at is None


@pytest.mark.parametrize("until", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\0"])
def test_a_forged_time_changes_nothing(client: Client, reader: User, until: str) -> None:
    row = tell(reader)
    assert client.post(READ, {"until": until}).status_code == 303
    row.refresh_from_db()
    assert row.read_at is None


def test_notice_about_a_request_links_to_it(client: Client, reader: User) -> None:
    tell(reader, event=Event.WITHDRAWN, reference="D-1A2B3C4D")
    assert 'href="/requests/D-1A2B3C4D/"' in client.get(PAGE).content.decode()


def test_opening_the_account_marks_what_is_about_it_as_read(client: Client, reader: User) -> None:
    about_account, about_request = tell(reader, 1), tell(reader, 2, event=Event.WITHDRAWN, reference="D-1A2B3C4D")
    colleague = tell(UserFactory(tenant=reader.tenant), 3)
    client.head("/account/")
    assert not Notification.objects.exclude(read_at=None).exists()
    client.get("/account/")
    assert [row.pk for row in Notification.objects.exclude(read_at=None)] == [about_account.pk]
    assert {about_request.pk, colleague.pk} == {row.pk for row in Notification.objects.filter(read_at=None)}
