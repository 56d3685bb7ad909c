"""The CSV export: logged before the first byte, and complete files end with a marker."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.log import csv_export
from accounts.log.append import LogScope
from accounts.log.csv_export import guarded, stream
from accounts.log.rows import readable_by
from accounts.log.sentences import remark_of
from accounts.models import Operation, OperationLogEntry, Result, Side, User
from accounts.tests.log_people import NOON, World, make_world, many, world

__all__ = ["world"]

CUSTOMER_LOG, PARTNER_LOG = "/my-partner/operation-log/", "/partner/operation-log/"


def export(client: Client, user: User, path: str = CUSTOMER_LOG) -> Any:
    client.force_login(user)
    return client.post(path)


def lines(response: Any) -> list[str]:
    return b"".join(response.streaming_content).decode("utf-8-sig").split("\r\n")


def rows(response: Any) -> list[list[str]]:
    """Return the rows between the header and the completeness marker."""
    found = lines(response)
    assert found[-1] == f"# complete, {len(found) - 2} rows"
    return list(csv.reader(found[1:-1]))


def exports() -> int:
    return OperationLogEntry.objects.filter(operation=Operation.LOG_EXPORTED, result="done").count()


def test_a_row_has_the_columns_of_the_page_with_utc_times(client: Client, world: World) -> None:
    at = datetime(2025, 11, 13, 8, 42, 7, 5, tzinfo=UTC)
    world.append(
        Operation.APPROVED, at=at, status_before="pending", status_after="approved", remark="reason", reason="ok"
    )
    exported, approved = rows(export(client, world.administrator))
    assert exported[2] == "log-exported"
    assert approved == [
        "2025-11-13T08:42:07.000005Z",
        "Harbourline Systems",
        "approved",
        "customer",
        "Administrator (dana)",
        "D-7K3M9QXA",
        "Pending",
        "Approved",
        "done",
        "“ok”",
    ]


def test_the_file_begins_with_one_byte_order_mark(client: Client, world: World) -> None:
    world.partner.name = "Söhne & 北野商会"
    world.partner.save()
    world.append()
    many(world, csv_export.BATCH)
    sent = b"".join(export(client, world.administrator).streaming_content)
    assert sent.startswith(b"\xef\xbb\xbfTime (UTC),")
    assert sent.count(b"\xef\xbb\xbf") == 1
    assert "Söhne & 北野商会" in sent.decode("utf-8-sig")


def test_the_heads_name_the_counterparty(client: Client, world: World) -> None:
    heads = "Time (UTC),{},Operation,Started by,Operator,Reference,Status before,Status after,Result,Remark"
    assert lines(export(client, world.administrator))[0] == heads.format("Partner")
    assert lines(export(client, world.partner_administrator, PARTNER_LOG))[0] == heads.format("Customer")


@time_machine.travel(datetime(2025, 11, 13, 23, 30, tzinfo=UTC), tick=False)
def test_csv_file_is_named_by_the_date_in_the_vendors_zone(client: Client, world: World, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    response = export(client, world.administrator)
    assert response.headers["Content-Disposition"] == 'attachment; filename="operation-log-2025-11-14.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_the_entry_is_committed_before_the_first_byte(client: Client) -> None:
    world = make_world()
    response = export(client, world.administrator)
    assert isinstance(response, StreamingHttpResponse)
    assert not connection.in_atomic_block
    connection.close()  # discards uncommitted changes
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result, entry.customer, entry.partner) == (
        Operation.LOG_EXPORTED,
        Result.DONE,
        world.customer,
        None,
    )


def test_the_entry_contains_the_filter(client: Client, world: World) -> None:
    export(client, world.administrator, CUSTOMER_LOG + "?result=refused&operation=blocked&cursor=x")
    assert remark_of(OperationLogEntry.objects.get()) == "Filtered by operation=blocked&result=refused"


def test_export_of_a_partner_is_only_in_the_partners_log(client: Client, world: World) -> None:
    export(client, world.partner_administrator, PARTNER_LOG)
    entry = OperationLogEntry.objects.get()
    assert (entry.side, entry.customer, entry.partner) == (Side.PARTNER, None, world.partner)


def test_without_a_csrf_token_nothing_is_exported(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert export(client, world.administrator).status_code == 403
    assert exports() == 0


def test_another_tenants_entries_are_not_exported(client: Client, world: World) -> None:
    other = LogScope("association:2", Side.CUSTOMER, None, world.other_customer, world.other_partner)
    world.append(scope=other)
    assert [row[2] for row in rows(export(client, world.administrator))] == ["log-exported"]


def test_the_other_sides_people_are_not_named(client: Client, world: World) -> None:
    world.append()
    exported = rows(export(client, world.partner_administrator, PARTNER_LOG))
    assert exported[1][4] == "Northfield Traders"


def test_the_export_follows_the_filter_not_the_page(client: Client, world: World) -> None:
    many(world, 60)
    many(world, 70, operation=Operation.BLOCKED, result=Result.REFUSED)
    exported = rows(export(client, world.administrator, CUSTOMER_LOG + "?operation=blocked"))
    assert [row[2] for row in exported] == ["blocked"] * 70


def test_a_wrong_filter_exports_nothing(client: Client, world: World) -> None:
    response = export(client, world.administrator, CUSTOMER_LOG + "?operation=unknown")
    assert response.status_code == 422
    assert exports() == 0


def test_a_long_log_comes_whole_and_in_order_over_many_batches(client: Client, world: World) -> None:
    many(world, csv_export.BATCH * 2 + 10)
    many(world, csv_export.BATCH * 2 - 1, at=NOON)  # a tie that is longer than a batch
    times = [row[0] for row in rows(export(client, world.administrator))]
    assert len(times) == 1 + csv_export.BATCH * 4 + 9
    assert times == sorted(times, reverse=True)


def test_csv_export_reads_each_batch_in_one_query(world: World, django_assert_num_queries: Any) -> None:
    many(world, csv_export.BATCH + 10)
    pieces = stream(world.administrator, readable_by(world.customer))
    with django_assert_num_queries(3):  # two batches and the look for a third
        assert "".join(pieces).endswith(f"# complete, {csv_export.BATCH + 10} rows")


def test_a_truncated_file_lacks_the_last_line(world: World) -> None:
    many(world, csv_export.BATCH + 10)
    pieces = stream(world.administrator, readable_by(world.customer))
    received = [next(pieces), next(pieces)]
    received += breaking(pieces)
    assert "# complete" not in "".join(received)


def breaking(pieces: Iterator[str]) -> list[str]:
    """Read the rest of the stream after the database connection is lost."""

    def gone(*args: Any) -> Any:
        raise ConnectionError

    with connection.execute_wrapper(gone), pytest.raises(ConnectionError):
        return list(pieces)
    return []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "  @"])
def test_csv_cell_that_looks_like_a_formula_is_escaped(start: str) -> None:
    assert guarded(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize("cell", ["", "2025-11-13", "D-7K3M9QXA", "a=b", "O'Hara", "Größe 5-6"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_names_in_the_csv_are_escaped(client: Client, world: World) -> None:
    world.partner.name = '=cmd|" /C calc"!A0'
    world.partner.save()
    world.append()
    assert rows(export(client, world.administrator))[1][1] == '\'=cmd|" /C calc"!A0'


def test_a_line_break_in_a_reason_stays_inside_its_cell(client: Client, world: World) -> None:
    world.append(remark="reason", reason="one\r\n# complete, 0 rows")
    text = b"".join(export(client, world.administrator).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(text.splitlines(keepends=True)))[2][9] == "“one\r\n# complete, 0 rows”"
