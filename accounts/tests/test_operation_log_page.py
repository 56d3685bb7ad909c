"""The Operation Log page: permissions, filters and pagination."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from accounts.log.append import LogScope
from accounts.models import ATTEMPTS, Operation, OperationLogEntry, Result, Side, User
from accounts.tests.log_people import NOON, World, many, world

__all__ = ["world"]

CUSTOMER_LOG, PARTNER_LOG = "/my-partner/operation-log/", "/partner/operation-log/"


def read(client: Client, user: User, path: str = CUSTOMER_LOG, **query: str) -> Any:
    client.force_login(user)
    return client.get(path, query)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def attributes(response: Any, name: str) -> list[str]:
    return re.findall(rf'<li [^>]*{name}="([^"]*)"', response.content.decode())


def subjects(response: Any) -> list[str]:
    return re.findall(r'<p class="log__line">[^<]*<b>([^<]*)</b>', response.content.decode())


def notes(response: Any) -> list[str]:
    return re.findall(r'<p class="log__note">([^<]*)</p>', response.content.decode())


def days(response: Any) -> list[str]:
    return re.findall(r'<h2 class="log__day">([^<]*)</h2>', response.content.decode())


def link(response: Any, name: str) -> str:
    """Return the URL of Newer or Older."""
    found = re.search(rf'href="([^"]*)">{name}</a>', response.content.decode())
    assert found, f"the page has no link {name}"
    return found[1].replace("&amp;", "&")


def test_entry_is_a_sentence_under_its_day(client: Client, world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        world.append(
            Operation.APPROVED,
            scope=world.scope(side=Side.PARTNER, actor=world.partner_administrator),
            status_before="pending",
            status_after="approved",
            remark="reason",
            reason="Fine",
        )
        response = read(client, world.administrator)
    assert days(response) == ["Today, 13 November 2025"]
    assert "12:00 Harbourline Systems approved the request" in text(response)
    assert notes(response) == ["Pending to Approved · “Fine”"]
    assert 'datetime="2025-11-13T12:00:00Z"' in response.content.decode()


def test_note_names_the_other_side_unless_the_sentence_does(client: Client, world: World) -> None:
    world.append()
    assert notes(read(client, world.administrator)) == ["Harbourline Systems"]
    assert notes(read(client, world.partner_administrator, PARTNER_LOG)) == []


@pytest.mark.parametrize(
    ("days_later", "heading"),
    [
        (0, "Today, 13 November 2025"),
        (1, "Yesterday, 13 November 2025"),
        (2, "Thursday, 13 November 2025"),
        (6, "Thursday, 13 November 2025"),
        (7, "13 November 2025"),
    ],
)
def test_day_is_named_by_its_distance(client: Client, world: World, days_later: int, heading: str) -> None:
    with time_machine.travel(NOON, tick=False):
        world.append()
    with time_machine.travel(NOON + timedelta(days=days_later), tick=False):
        assert days(read(client, world.administrator)) == [heading]


def test_entries_of_one_day_share_its_heading(client: Client, world: World) -> None:
    for moment in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1)):
        world.append(at=moment)
    assert len(days(read(client, world.administrator))) == 2


def test_row_has_data_attributes_for_programs(client: Client, world: World) -> None:
    world.append(Operation.CODE_REFUSED, result=Result.REFUSED)
    response = read(client, world.administrator)
    assert attributes(response, "data-operation") == ["code-refused"]
    assert attributes(response, "data-result") == ["refused"]
    assert attributes(response, "data-reference") == ["D-7K3M9QXA"]
    assert "data-request" not in response.content.decode()


def test_reference_links_to_its_request(client: Client, world: World) -> None:
    world.append()
    assert 'href="/requests/D-7K3M9QXA/"' in read(client, world.administrator).content.decode()


def test_an_entry_without_a_reference_has_an_empty_one(client: Client, world: World) -> None:
    world.append(Operation.CURRENCY_SET, scope=LogScope.of_actor(world.administrator))
    assert attributes(read(client, world.administrator), "data-reference") == [""]


def test_the_partner_reads_the_same_entry_with_its_customer(client: Client, world: World) -> None:
    world.append()
    response = read(client, world.partner_administrator, PARTNER_LOG)
    assert "Northfield Traders" in text(response)
    assert attributes(response, "data-operation") == ["requested"]


def test_reader_is_you_and_their_colleague_is_shown_by_name(client: Client, world: World) -> None:
    world.append()
    assert subjects(read(client, world.administrator)) == ["You"]
    assert subjects(read(client, world.member)) == ["Your colleague dana"]


def test_the_other_sides_people_are_shown_only_as_their_organisation(client: Client, world: World) -> None:
    world.append()
    response = read(client, world.partner_administrator, PARTNER_LOG)
    assert subjects(response) == ["Northfield Traders"]
    assert "dana" not in response.content.decode()


def test_staff_are_shown_as_the_vendor(client: Client, world: World) -> None:
    world.append(scope=world.scope(side=Side.VENDOR, actor=world.staff))
    response = read(client, world.administrator)
    assert subjects(response) == [settings.VENDOR_NAME]
    assert "sam" not in text(response)


def test_what_the_portal_did_is_shown_as_we(client: Client, world: World) -> None:
    world.append(scope=world.scope(side=Side.SYSTEM, actor=None))
    assert subjects(read(client, world.administrator)) == ["We"]


def test_what_a_side_did_without_a_login_is_shown_as_its_organisation(client: Client, world: World) -> None:
    world.append(scope=world.scope(side=Side.PARTNER, actor=None))
    assert subjects(read(client, world.administrator)) == ["Harbourline Systems"]
    assert subjects(read(client, world.partner_administrator, PARTNER_LOG)) == ["Your organisation"]


def test_user_text_is_shown_as_text(client: Client, world: World) -> None:
    world.append(remark="reason", reason="<script>alert(1)</script>")
    assert "<script>alert" not in read(client, world.administrator).content.decode()


@pytest.mark.parametrize("reader", ["other_administrator", "other_partner_administrator"])
def test_another_tenants_entries_are_never_shown(client: Client, world: World, reader: str) -> None:
    world.append()
    user = getattr(world, reader)
    response = read(client, user, PARTNER_LOG if user.tenant.is_partner else CUSTOMER_LOG)
    assert response.status_code == 200
    assert attributes(response, "data-operation") == []
    assert "Northfield" not in text(response)


def test_what_a_customer_does_alone_is_not_shown_to_its_partner(client: Client, world: World) -> None:
    world.append(Operation.CURRENCY_SET, scope=LogScope.of_actor(world.administrator))
    assert attributes(read(client, world.partner_administrator, PARTNER_LOG), "data-operation") == []


def test_a_former_associations_entries_stay_readable_for_both(client: Client, world: World) -> None:
    world.append(Operation.COMPLETED, status_before="approved", status_after="completed")
    new = LogScope("association:2", Side.VENDOR, world.staff, world.customer, world.other_partner)
    world.append(Operation.ASSOCIATED, scope=new)
    assert attributes(read(client, world.administrator), "data-operation") == ["associated", "completed"]
    former = read(client, world.partner_administrator, PARTNER_LOG)
    assert attributes(former, "data-operation") == ["completed"]


def test_members_read_the_log_but_are_not_offered_the_export(client: Client, world: World) -> None:
    world.append()
    response = read(client, world.member)
    assert attributes(response, "data-operation") == ["requested"]
    assert "Export CSV" not in text(response)


def test_administrators_are_offered_the_export_inside_a_form(client: Client, world: World) -> None:
    page = read(client, world.administrator).content.decode()
    form = re.search(r'<form[^>]*method="post"[^>]*>((?!</form>).)*Export CSV', page, re.DOTALL)
    assert form
    assert "csrfmiddlewaretoken" in form[0]


@pytest.mark.parametrize("path", [CUSTOMER_LOG, PARTNER_LOG])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_users_are_redirected_to_the_login(client: Client, db: None, path: str, method: str) -> None:
    response = getattr(client, method)(path)
    assert response.status_code in {302, 303}
    assert response.headers["Location"].startswith("/accounts/login/")


def test_an_empty_log_says_so(client: Client, world: World) -> None:
    response = read(client, world.administrator)
    assert response.status_code == 200
    assert "No entries yet" in text(response)


def test_a_filter_that_nothing_matches_says_so(client: Client, world: World) -> None:
    world.append()
    assert "No entry matches your filter" in text(read(client, world.administrator, operation="rejected"))


def test_operation_and_result_filter(client: Client, world: World) -> None:
    world.append()
    world.append(Operation.BLOCKED, result=Result.REFUSED)
    world.append(Operation.CODE_REFUSED, result=Result.REFUSED)
    assert attributes(read(client, world.administrator, operation="blocked"), "data-operation") == ["blocked"]
    refused = read(client, world.administrator, result="refused")
    assert attributes(refused, "data-operation") == ["code-refused", "blocked"]
    both = read(client, world.administrator, result="refused", operation="requested")
    assert attributes(both, "data-operation") == []


def test_the_filter_stays_in_its_fields(client: Client, world: World) -> None:
    page = read(client, world.administrator, operation="blocked", **{"from": "2025-11-01"}).content.decode()
    assert '<option value="blocked" selected>' in page
    assert 'value="2025-11-01"' in page


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ({"from": "2025-11-13"}, 2),
        ({"from": "2025-11-14"}, 1),
        ({"to": "2025-11-13"}, 2),
        ({"to": "2025-11-12"}, 1),
        ({"from": "2025-11-13", "to": "2025-11-13"}, 1),
        ({"from": "2025-11-15"}, 0),
    ],
)
def test_days_are_the_vendors_and_the_last_is_included(
    client: Client, world: World, settings: Any, days: dict[str, str], shown: int
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"  # 9 hours ahead: its 13 November ends at 15:00 UTC
    for moment in (datetime(2025, 11, 12, 14, 59, 59, 999999), datetime(2025, 11, 13, 14, 59, 59, 999999)):
        world.append(at=moment.replace(tzinfo=UTC))
    world.append(at=datetime(2025, 11, 13, 15, 0, tzinfo=UTC))
    assert len(attributes(read(client, world.administrator, **days), "data-operation")) == shown


@pytest.mark.parametrize(
    "query",
    [
        {"operation": "unknown"},
        {"result": "maybe"},
        {"from": "13.11.2025"},
        {"to": "2025-02-30"},
        {"from": "2025-11-14", "to": "2025-11-13"},
        {"to": "9999-12-31"},
        {"from": "0001-01-01"},
        {"operation": "\0"},
    ],
)
def test_invalid_filter_shows_an_error(client: Client, world: World, query: dict[str, str]) -> None:
    world.append()
    response = read(client, world.administrator, **query)
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert "<title>Error:" in response.content.decode()
    assert attributes(response, "data-operation") == []


def test_a_wrong_filter_loses_nothing_that_was_typed(client: Client, world: World) -> None:
    page = read(client, world.administrator, operation="blocked", **{"from": "13.11.2025"}).content.decode()
    assert 'value="13.11.2025"' in page
    assert '<option value="blocked" selected>' in page
    assert 'href="#from"' in page


def test_fifty_entries_are_a_page_newest_first(client: Client, world: World) -> None:
    many(world, 120)
    response = read(client, world.administrator)
    assert len(attributes(response, "data-operation")) == 50
    assert ">Newer<" not in response.content.decode()
    older = client.get(CUSTOMER_LOG + link(response, "Older"))
    last = client.get(CUSTOMER_LOG + link(older, "Older"))
    assert len(attributes(last, "data-operation")) == 20
    assert ">Older<" not in last.content.decode()
    back = client.get(CUSTOMER_LOG + link(last, "Newer"))
    assert re.findall(r"<time[^>]*>", back.content.decode()) == re.findall(r"<time[^>]*>", older.content.decode())


def test_the_next_page_keeps_the_filter(client: Client, world: World) -> None:
    many(world, 60)
    many(world, 60, operation=Operation.BLOCKED, result=Result.REFUSED)
    first = read(client, world.administrator, operation="blocked")
    second = client.get(CUSTOMER_LOG + link(first, "Older"))
    assert attributes(second, "data-operation") == ["blocked"] * 10


def test_a_cursor_of_another_filter_is_not_found(client: Client, world: World) -> None:
    many(world, 60)
    older = link(read(client, world.administrator), "Older")
    assert client.get(CUSTOMER_LOG + older + "&result=done").status_code == 404


def test_a_cursor_of_another_tenant_is_not_found(client: Client, world: World) -> None:
    many(world, 60)
    older = link(read(client, world.administrator), "Older")
    client.force_login(world.other_administrator)
    assert client.get(CUSTOMER_LOG + older).status_code == 404


def test_tampered_cursor_is_404(client: Client, world: World) -> None:
    assert read(client, world.administrator, cursor="tampered").status_code == 404


@pytest.mark.parametrize("count", [10, 10_000])
@pytest.mark.parametrize("path", [CUSTOMER_LOG, PARTNER_LOG])
def test_page_needs_at_most_four_queries_for_any_number_of_entries(
    client: Client, world: World, count: int, path: str, django_assert_max_num_queries: Any
) -> None:
    many(world, count)
    client.force_login(world.administrator if path == CUSTOMER_LOG else world.partner_administrator)
    client.get(path)
    with django_assert_max_num_queries(2 + 4):  # session and user aside
        assert client.get(path).status_code == 200


def test_the_page_writes_nothing(client: Client, world: World) -> None:
    world.append()
    read(client, world.administrator)
    assert OperationLogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("pending", "approved", "Pending to Approved"),
        ("", "pending", "Pending"),
        ("pending", "pending", "Pending"),
        ("pending", "", "Pending"),
        ("", "", ""),
    ],
)
def test_a_status_is_shown_with_the_one_before(
    client: Client, world: World, before: str, after: str, shown: str
) -> None:
    world.append(status_before=before, status_after=after)
    assert notes(read(client, world.administrator)) == [" · ".join(filter(None, ["Harbourline Systems", shown]))]


def test_masked_number_of_a_code_is_only_visible_to_its_side(client: Client, world: World) -> None:
    world.append(Operation.CODE_SENT, remark="code-sent", number="+44 •••• •••418")
    assert "+44 •••• •••418" in text(read(client, world.administrator))
    assert "418" not in text(read(client, world.partner_administrator, PARTNER_LOG))


OLD_ENTRIES = pytest.mark.parametrize(
    ("side", "reader", "path", "shown"),
    [
        (Side.CUSTOMER, "administrator", CUSTOMER_LOG, True),
        (Side.CUSTOMER, "partner_administrator", PARTNER_LOG, False),
        (Side.PARTNER, "administrator", CUSTOMER_LOG, False),
        (Side.PARTNER, "partner_administrator", PARTNER_LOG, True),
        (Side.SYSTEM, "administrator", CUSTOMER_LOG, True),
        (Side.SYSTEM, "partner_administrator", PARTNER_LOG, True),
    ],
)


@pytest.mark.parametrize("operation", ATTEMPTS)
@OLD_ENTRIES
def test_older_attempt_in_the_associations_chain_is_only_visible_to_its_side(
    client: Client, world: World, operation: Operation, side: Side, reader: str, path: str, shown: bool
) -> None:
    world.append(operation, scope=world.scope(side=side, actor=None, reference=""), result=Result.REFUSED)
    response = read(client, getattr(world, reader), path)
    assert attributes(response, "data-operation") == ([operation] if shown else [])
    filtered = read(client, getattr(world, reader), path, operation=operation)
    assert attributes(filtered, "data-operation") == ([operation] if shown else [])


def test_filter_by_operation_finds_done_and_refused_entries(client: Client, world: World) -> None:
    world.append(Operation.APPROVED, remark="reason", reason="Fine")
    world.append(Operation.APPROVED, result=Result.REFUSED, remark="checks-block", checks=["unpaid-orders"])
    response = read(client, world.administrator, operation="approved")
    assert '<option value="approved" selected>Approve a request</option>' in response.content.decode()
    assert attributes(response, "data-result") == ["refused", "done"]
    assert "You tried to approve: refused" in text(response)
    assert "You approved the request" in text(response)
    assert notes(response)[0].endswith("Orders waiting to be paid did not pass")


def test_the_filter_offers_no_word_that_nothing_writes(client: Client, world: World) -> None:
    page = read(client, world.administrator).content.decode()
    assert 'value="approved"' in page
    assert 'value="extended"' not in page


def current_chip(response: Any) -> list[str]:
    return re.findall(r'<a class="chip"[^>]* aria-current="true">([^<]*)</a>', response.content.decode())


@pytest.mark.parametrize(
    ("query", "chip", "is_open"),
    [
        ({}, ["All"], False),
        ({"result": "refused"}, ["Refused"], False),
        ({"operation": "approved"}, ["Approve a request"], False),
        ({"operation": "approved", "result": "refused"}, [], True),
        ({"from": "2025-11-13"}, [], True),
        ({"from": "wrong"}, [], True),
    ],
)
def test_chip_of_the_filter_is_marked_and_other_filters_are_shown(
    client: Client, world: World, query: dict[str, str], chip: list[str], is_open: bool
) -> None:
    response = read(client, world.administrator, **query)
    assert current_chip(response) == chip
    assert bool(re.search(r"<details[^>]* open>", response.content.decode())) == is_open
