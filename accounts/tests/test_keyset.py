"""Keyset pagination: every row once, in both directions, for any order and any number of ties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.http import Http404

from accounts.keyset import Page, page_of
from accounts.models import OperationLogEntry, Order
from accounts.tests.log_people import NOON, World, many, world

__all__ = ["world"]

ORDERS = [("-at", "-id"), ("at", "id"), ("-at", "id"), ("at", "-id"), ("-id",), ("id",), ("operation", "-at", "-id")]


@pytest.fixture
def rows(world: World) -> World:
    """Seven entries; the first three and the next two have the same time."""
    for minute, operation in enumerate(["seen", "seen", "approved", "seen", "rejected", "seen", "approved"]):
        at = NOON + timedelta(minutes={0: 0, 1: 0, 2: 0, 3: 1, 4: 1}.get(minute, minute))
        OperationLogEntry.objects.create(
            chain="vendor", seq=minute + 1, at=at, operation=operation, result="done", side="system"
        )
    return world


def entries() -> Any:
    return OperationLogEntry.objects.all()


def walk(direction: str, cursor: str, **options: Any) -> list[Page[OperationLogEntry]]:
    pages = []
    next_one: str | None = cursor
    while next_one is not None:
        pages.append(page_of(entries(), cursor=next_one, **options))
        next_one = getattr(pages[-1], direction)
    return pages


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_older_pages_show_every_row_once_in_order(rows: World, order: tuple[str, ...], size: int) -> None:
    pages = walk("older", "", order=order, size=size)
    shown = [row.pk for page in pages for row in page.rows]
    assert shown == [row.pk for row in entries().order_by(*order)]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_newer_pages_lead_back_over_every_row(rows: World, order: tuple[str, ...], size: int) -> None:
    last = walk("older", "", order=order, size=size)[-1]
    assert last.newer is not None
    pages = [last, *walk("newer", last.newer, order=order, size=size)]
    shown = [row.pk for page in reversed(pages) for row in page.rows]
    assert shown == [row.pk for row in entries().order_by(*order)]


def test_the_first_page_has_nothing_newer(rows: World) -> None:
    assert page_of(entries(), cursor="", size=3).newer is None


def test_the_last_page_has_nothing_older(rows: World) -> None:
    assert walk("older", "", size=3)[-1].older is None


def test_a_page_that_is_just_full_has_nothing_older(rows: World) -> None:
    assert page_of(entries(), cursor="", size=7).older is None


def test_an_empty_list_has_one_empty_page(world: World) -> None:
    assert page_of(entries(), cursor="") == Page([], None, None)


def test_rows_inserted_meanwhile_do_not_shift_the_next_page(rows: World) -> None:
    first = page_of(entries(), cursor="", size=3)
    many(rows, 5)
    second = page_of(entries(), cursor=first.older or "", size=3)
    assert [row.seq for row in first.rows + second.rows] == [7, 6, 5, 4, 3, 2]


def test_dates_can_be_sort_keys(world: World) -> None:
    for number, day in enumerate([3, 1, 2, 2]):
        Order.objects.create(
            tenant=world.customer, number=f"O-{number}", ordered_on=date(2025, 11, day), amount=1, currency="EUR"
        )
    first = page_of(Order.objects.all(), cursor="", order=("-ordered_on", "-id"), size=2)
    second = page_of(Order.objects.all(), cursor=first.older or "", order=("-ordered_on", "-id"), size=2)
    assert [order.number for order in first.rows + second.rows] == ["O-0", "O-3", "O-2", "O-1"]


@pytest.mark.parametrize("change", [{"filters": "operation=seen"}, {"order": ("at", "id")}])
def test_cursor_of_another_filter_or_order_is_404(rows: World, change: dict[str, Any]) -> None:
    cursor = page_of(entries(), cursor="", size=3).older
    with pytest.raises(Http404):
        page_of(entries(), **({"cursor": cursor, "size": 3} | change))


def test_cursor_of_another_list_is_404(rows: World) -> None:
    cursor = page_of(entries(), cursor="", order=("-id",), size=3).older
    with pytest.raises(Http404):
        page_of(Order.objects.all(), cursor=cursor or "", order=("-id",), size=3)


@pytest.mark.parametrize(
    "cursor",
    ["x", "a:b:c", "\0", "é", "WyJvbGRlciJd:1vJ:x", signing.dumps(["older", "1"]), "." * 5000],
    ids=["letter", "parts", "nul", "accent", "bad-signature", "other-salt", "long"],
)
def test_forged_cursor_is_404(rows: World, cursor: str) -> None:
    with pytest.raises(Http404):
        page_of(entries(), cursor=cursor, size=3)


def test_tampered_cursor_is_404(rows: World) -> None:
    cursor = page_of(entries(), cursor="", size=3).older or ""
    with pytest.raises(Http404):
        page_of(entries(), cursor=("A" if cursor[0] != "A" else "B") + cursor[1:], size=3)


def test_a_page_is_one_query_that_counts_nothing(rows: World, django_assert_num_queries: Any) -> None:
    cursor = page_of(entries(), cursor="", size=3).older or ""
    with django_assert_num_queries(1) as queries:
        page_of(entries(), cursor=cursor, size=3)
    sql = queries[0]["sql"].upper()
    assert "COUNT(" not in sql
    assert "LIMIT 4" in sql
    assert '"AT" <= ' in sql


def test_a_list_that_nothing_can_match_is_an_empty_page(rows: World) -> None:
    page = page_of(entries().filter(pk__in=[]).select_related("actor__tenant"))
    assert (page.rows, page.newer, page.older) == ([], None, None)


def test_a_joined_list_keeps_its_filter_and_its_order(rows: World) -> None:
    page = page_of(entries().filter(operation="seen").select_related("actor__tenant"), size=3)
    assert [row.seq for row in page.rows] == [6, 4, 2]
