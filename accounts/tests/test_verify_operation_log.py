"""`manage.py verify_operation_log`: it reports chain and seq of altered, removed and moved entries."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.log import triggers
from accounts.log.append import canonical_text, link
from accounts.management.commands import verify_operation_log as command
from accounts.models import ChainHead, Operation, OperationLogEntry
from accounts.tests.log_people import World, many, world

__all__ = ["world"]

TABLE = OperationLogEntry._meta.db_table
HEADS = ChainHead._meta.db_table
CHAIN = "association:1"
# For each column, a value that differs from all entries of `chained`.
FORGED = {
    "at": "'2001-01-01 00:00:00'",
    "operation": "'expired'",
    "result": "'failed'",
    "side": "'vendor'",
    "actor_id": "NULL",
    "customer_id": "NULL",
    "partner_id": "NULL",
    "reference": "'D-FORGED00'",
    "status_before": "'forged'",
    "status_after": "'forged'",
    "remark_word": "'model'",
    "remark_data": '\'{"reason": "forged"}\'',
    "previous_hash": "'forged'",
    "hash": "'forged'",
    "payload": "REPLACE(payload, 'merge', 'merg3')",
}


@pytest.fixture
def chained(db: None, request: pytest.FixtureRequest) -> World:
    """Five entries in one chain, two in another; the triggers are off. Dropped first: rows that wait for their
    foreign keys to be checked would keep PostgreSQL from it."""
    triggers.remove(connection)
    world: World = request.getfixturevalue("world")
    for _ in range(5):
        world.append(
            Operation.SEEN, remark="reason", reason="We merge", status_before="pending", status_after="pending"
        )
    for _ in range(2):
        world.append(scope=world.scope(chain="tenant:9"))
    return world


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def set_columns(seq: int, assignments: str, chain: str = CHAIN) -> None:
    run(f"UPDATE {TABLE} SET {assignments} WHERE chain = %s AND seq = %s", chain, seq)


def faults() -> list[str]:
    """Run the command, which must fail, and return its lines on stderr."""
    errors = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("verify_operation_log", stdout=StringIO(), stderr=errors)
    assert failure.value.returncode == 1
    return errors.getvalue().splitlines()


def test_it_counts_the_entries_of_an_unbroken_log(chained: World) -> None:
    output = StringIO()
    call_command("verify_operation_log", stdout=output)
    assert output.getvalue() == "7 entries verified.\n"


@pytest.mark.django_db
def test_an_empty_log_is_unbroken() -> None:
    output = StringIO()
    call_command("verify_operation_log", stdout=output)
    assert output.getvalue() == "0 entries verified.\n"


def test_every_column_has_a_forgery_in_these_tests() -> None:
    columns = {field.column for field in OperationLogEntry._meta.concrete_fields}
    assert columns - {"id", "chain", "seq"} == FORGED.keys()


@pytest.mark.parametrize("column", FORGED)
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_verify_operation_log_finds_a_flipped_byte_in_any_column(chained: World, column: str, seq: int) -> None:
    set_columns(seq, f"{column} = {FORGED[column]}")
    assert faults() == [f"chain {CHAIN} seq {seq}: {command.ALTERED}"]


def test_a_deleted_entry_is_missing(chained: World) -> None:
    run(f"DELETE FROM {TABLE} WHERE chain = %s AND seq = 3", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 3: {command.MISSING}"]


def test_a_deleted_first_entry_is_missing(chained: World) -> None:
    run(f"DELETE FROM {TABLE} WHERE chain = %s AND seq = 1", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 1: {command.MISSING}"]


def test_a_deleted_newest_entry_is_missing(chained: World) -> None:
    run(f"DELETE FROM {TABLE} WHERE chain = %s AND seq = 5", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 5: {command.NEWEST_MISSING} (5 to 5)"]


def test_a_chain_without_any_entry_left_is_missing(chained: World) -> None:
    run(f"DELETE FROM {TABLE} WHERE chain = %s", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 1: {command.NEWEST_MISSING} (1 to 5)"]


def test_two_entries_with_swapped_numbers_changed_places(chained: World) -> None:
    for before, after in ((2, 1000), (4, 2), (1000, 4)):
        set_columns(before, f"seq = {after}")
    assert faults() == [f"chain {CHAIN} seq 2: {command.MOVED}"]


def test_two_entries_with_swapped_contents_changed_places(chained: World) -> None:
    second, fourth = (OperationLogEntry.objects.get(chain=CHAIN, seq=seq) for seq in (2, 4))
    for seq, entry in ((2, fourth), (4, second)):
        content = "payload = %s, previous_hash = %s, hash = %s"
        run(
            f"UPDATE {TABLE} SET {content} WHERE chain = %s AND seq = %s",
            *(entry.payload, entry.previous_hash, entry.hash, CHAIN, seq),
        )
    assert faults() == [f"chain {CHAIN} seq 2: {command.MOVED}"]


def test_two_entries_with_swapped_ids_changed_places(chained: World) -> None:
    second, fourth = (OperationLogEntry.objects.get(chain=CHAIN, seq=seq).pk for seq in (2, 4))
    for seq, pk in ((2, 10_000), (4, second), (2, fourth)):
        set_columns(seq, f"id = {pk}")
    assert faults() == [f"chain {CHAIN} seq 3: {command.MOVED}"]


def test_the_three_faults_have_three_messages() -> None:
    assert len({command.ALTERED, command.MISSING, command.NEWEST_MISSING, command.MOVED}) == 4


def test_an_entry_moved_to_another_chain_breaks_both(chained: World) -> None:
    set_columns(5, "chain = 'tenant:9', seq = 3")
    assert [line.split(": ")[0] for line in faults()] == [f"chain {CHAIN} seq 5", "chain tenant:9 seq 3"]


def test_a_rehashed_entry_is_found_by_the_next(chained: World) -> None:
    entry = OperationLogEntry.objects.get(chain=CHAIN, seq=3)
    entry.reference = "D-FORGED00"
    text = canonical_text(entry)
    forged = (text, link(entry.previous_hash, text), entry.reference)
    run(f"UPDATE {TABLE} SET payload = %s, hash = %s, reference = %s WHERE id = %s", *forged, entry.pk)
    assert faults() == [f"chain {CHAIN} seq 4: {command.ALTERED}"]


def test_a_rehashed_newest_entry_is_found_by_the_head(chained: World) -> None:
    entry = OperationLogEntry.objects.get(chain=CHAIN, seq=5)
    entry.reference = "D-FORGED00"
    text = canonical_text(entry)
    forged = (text, link(entry.previous_hash, text), entry.reference)
    run(f"UPDATE {TABLE} SET payload = %s, hash = %s, reference = %s WHERE id = %s", *forged, entry.pk)
    assert faults() == [f"chain {CHAIN} seq 5: {command.HEAD_ALTERED}"]


@pytest.mark.parametrize("forgery", ["seq = 4", "hash = 'forged'"])
def test_an_altered_head_is_found(chained: World, forgery: str) -> None:
    run(f"UPDATE {HEADS} SET {forgery} WHERE chain = %s", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 5: {command.HEAD_ALTERED}"]


def test_a_lost_head_is_found(chained: World) -> None:
    run(f"DELETE FROM {HEADS} WHERE chain = %s", CHAIN)
    assert faults() == [f"chain {CHAIN} seq 5: {command.HEAD_ALTERED}"]


def test_a_text_that_is_no_json_is_altered_even_with_its_hash(chained: World) -> None:
    entry = OperationLogEntry.objects.get(chain=CHAIN, seq=5)
    set_columns(5, f"payload = 'no json', hash = '{link(entry.previous_hash, 'no json')}'")
    assert faults() == [f"chain {CHAIN} seq 5: {command.ALTERED}"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite keeps what a column's type cannot hold.")
def test_an_invalid_time_is_altered(chained: World) -> None:
    set_columns(3, "at = '2025-99-99 00:00:00'")
    with pytest.raises(CommandError, match=f"chain {CHAIN} seq 3: {command.ALTERED}"):
        call_command("verify_operation_log", stdout=StringIO(), stderr=StringIO())


def test_every_broken_chain_is_named_once(chained: World) -> None:
    run(f"DELETE FROM {TABLE} WHERE seq = 2")
    run(f"DELETE FROM {TABLE} WHERE seq = 4")
    assert faults() == [
        f"chain {CHAIN} seq 2: {command.MISSING}",
        f"chain tenant:9 seq 2: {command.NEWEST_MISSING} (2 to 2)",
    ]


def test_it_reads_in_two_queries_however_long_the_log(chained: World, django_assert_num_queries: Any) -> None:
    many(chained, 5000, chain="association:2")
    with django_assert_num_queries(2 + 1):  # and saves the result for the metrics
        faults()
