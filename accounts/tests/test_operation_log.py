"""Appending to the operation log, and the throttle of refusals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from accounts.log.append import LogScope, append, append_refusal, columns, link
from accounts.log.sentences import REMARKS, remark_of, render
from accounts.models import AppendOnlyError, ChainHead, Operation, OperationLogEntry, Result, Side
from accounts.tests.log_people import NOON, World, world

__all__ = ["world"]


def test_the_canonical_text_covers_every_column(world: World) -> None:
    entry = world.append(status_before="pending", status_after="approved", remark="reason", reason="We merge")
    uncovered = {"id", "payload", "previous_hash", "hash"}
    columns_of_the_table = {field.attname for field in OperationLogEntry._meta.concrete_fields}
    assert json.loads(entry.payload).keys() == columns_of_the_table - uncovered


def test_the_stored_columns_equal_the_canonical_text(world: World) -> None:
    world.append(status_after="pending", remark="reason", reason="We merge: ünïted", rows=[1, 2.5, None, True])
    entry = OperationLogEntry.objects.get()
    assert columns(entry) == json.loads(entry.payload)


@time_machine.travel(datetime(2025, 11, 13, 8, 42, 7, 5, tzinfo=UTC), tick=False)
def test_the_canonical_text_is_sorted_json_with_the_time_in_utc(world: World) -> None:
    entry = world.append(Operation.WITHDRAWN, remark="reason", reason="Zürich “ok”")
    assert entry.payload.startswith('{"actor_id":')
    assert '"at":"2025-11-13T08:42:07.000005Z"' in entry.payload
    assert '"remark_data":{"reason":"Zürich “ok”"}' in entry.payload
    assert entry.payload == json.dumps(
        json.loads(entry.payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_each_hash_covers_the_text_and_the_previous_hash(world: World) -> None:
    first, second = world.append(), world.append(Operation.APPROVED)
    assert (first.seq, second.seq) == (1, 2)
    assert first.previous_hash == ""
    assert first.hash == link("", first.payload)
    assert second.previous_hash == first.hash
    assert second.hash == link(first.hash, second.payload)


def test_the_head_of_the_chain_is_advanced(world: World) -> None:
    world.append()
    last = world.append()
    head = ChainHead.objects.get(chain="association:1")
    assert (head.seq, head.hash) == (2, last.hash)


def test_chains_are_numbered_independently(world: World) -> None:
    world.append()
    assert world.append(scope=world.scope(chain="association:2")).seq == 1


def test_history_can_be_loaded_with_its_own_time(world: World) -> None:
    assert world.append(at=NOON).at == NOON


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_append_outside_a_transaction() -> None:
    scope = LogScope("vendor", Side.SYSTEM, None, None, None)
    with pytest.raises(RuntimeError, match="in the transaction"):
        append(scope, Operation.SEEN)
    assert not ChainHead.objects.exists()


def test_a_rolled_back_operation_leaves_neither_entry_nor_number(world: World) -> None:
    world.append()
    with transaction.atomic():
        append(world.scope(), Operation.APPROVED)
        transaction.set_rollback(True)
    assert world.append(Operation.REJECTED).seq == 2


def test_an_unknown_remark_is_a_bug(world: World) -> None:
    with pytest.raises(ValueError, match="no-such-word"), transaction.atomic():
        append(world.scope(), Operation.SEEN, remark="no-such-word")


@pytest.mark.parametrize("word", REMARKS)
def test_every_remark_is_rendered_whatever_its_entry_lacks(word: str) -> None:
    assert "%(" not in render(word, {})


def test_remark_shows_user_text_unchanged(world: World) -> None:
    entry = world.append(remark="reason", reason="100 %s %(model)s <b>")
    assert remark_of(OperationLogEntry.objects.get(pk=entry.pk)) == "“100 %s %(model)s <b>”"


def test_remark_lists_values_by_their_labels(world: World) -> None:
    entry = world.append(remark="checks-failed", failed=2, unknown=0, checks=["unpaid-orders", "gone-by-now"])
    assert remark_of(entry) == "Orders waiting to be paid, gone-by-now did not pass (2 failed, 0 unknown)"


def test_unknown_remark_is_shown_as_its_stored_word() -> None:
    with translation.override("en"):
        assert render("gone-word", {"x": 1}) == "gone-word"


def test_an_entry_without_a_remark_shows_none(world: World) -> None:
    assert remark_of(world.append()) == ""


def refuse(world: World, times: int = 1, **changes: object) -> OperationLogEntry | None:
    """Log `times` refusals with different remarks and return the last entry."""
    for _ in range(times):
        tries = OperationLogEntry.objects.count()
        with transaction.atomic():
            entry = append_refusal(
                world.scope(**changes), Operation.CODE_REFUSED, remark="wrong-code", tries_left=tries
            )
    return entry


def refuse_alike(
    world: World, operation: Operation = Operation.APPROVED, **changes: object
) -> OperationLogEntry | None:
    with transaction.atomic():
        return append_refusal(world.scope(**changes), operation, remark="too-late", status="withdrawn")


def test_a_refusal_is_an_entry_with_that_result(world: World) -> None:
    entry = refuse(world)
    assert entry is not None
    assert entry.result == Result.REFUSED


def test_the_twenty_first_refusal_of_an_hour_writes_nothing(world: World) -> None:
    assert refuse(world, times=20) is not None
    assert refuse(world) is None
    assert OperationLogEntry.objects.count() == 20
    assert ChainHead.objects.get().seq == 20


def test_the_same_refusal_within_a_minute_is_one_entry(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        assert refuse_alike(world) is not None
    with time_machine.travel(NOON + timedelta(seconds=59), tick=False):
        assert refuse_alike(world) is None
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        assert refuse_alike(world) is not None
    assert OperationLogEntry.objects.count() == ChainHead.objects.get().seq == 2


@pytest.mark.parametrize(
    "change", [{"operation": Operation.REJECTED}, {"reference": "D-OTHER000"}, {"chain": "association:2"}]
)
def test_different_refusal_within_the_minute_has_a_separate_entry(world: World, change: dict[str, Any]) -> None:
    refuse_alike(world)
    assert refuse_alike(world, **change) is not None


def test_same_refusal_of_a_colleague_has_a_separate_entry(world: World) -> None:
    refuse_alike(world)
    assert refuse_alike(world, actor=world.member) is not None


def test_refusal_with_another_remark_has_a_separate_entry(world: World) -> None:
    assert refuse(world) is not None
    assert refuse(world) is not None


@pytest.mark.parametrize("word", [word for word in Operation if word.happened])
def test_an_entry_never_says_of_a_refusal_that_it_happened(word: Operation) -> None:
    entry = OperationLogEntry(operation=word, result=Result.REFUSED, side=Side.CUSTOMER)
    is_always_refused = word in (Operation.CODE_REFUSED, Operation.CODE_LOCKED)
    assert is_always_refused or entry.sentence != f"{word.happened}" % {"who": "Customer"}
    assert entry.sentence != str(word.label)


def test_refused_approval_is_not_called_an_approval() -> None:
    def sentence(**given: str) -> str:
        return OperationLogEntry(**given).sentence

    assert sentence(operation="approved", result="done", side="partner") == "Partner approved the request"
    assert sentence(operation="approved", result="refused", side="partner") == "Partner tried to approve: refused"
    assert sentence(operation="blocked", result="failed", side="system") == "System could not end the association"
    assert sentence(operation="blocked", result="refused", side="customer") == "Customer tried to disassociate: refused"


@pytest.mark.parametrize("word", [word for word in Operation if word.happened])
def test_every_sentence_has_one_place_for_its_subject(word: Operation) -> None:
    for result in Result:
        assert word.words(result).count("%(who)s") == word.words(result).count("%") == 1


def test_refusals_are_counted_over_all_chains_of_their_actor(world: World) -> None:
    refuse(world, times=20)
    assert refuse(world, chain="tenant:1") is None


def test_an_hour_later_refusals_are_written_again(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        refuse(world, times=21)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert refuse(world) is not None


def test_refusals_of_one_user_do_not_throttle_another(world: World) -> None:
    refuse(world, times=20)
    assert refuse(world, actor=world.partner_administrator) is not None


def test_done_entries_do_not_count_for_the_throttle(world: World) -> None:
    for _ in range(21):
        world.append()
    assert refuse(world) is not None


def test_an_entry_can_be_neither_saved_again_nor_deleted(world: World) -> None:
    entry = OperationLogEntry.objects.get(pk=world.append().pk)
    entry.reference = "D-OTHER000"
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()


def test_a_queryset_can_neither_update_nor_delete(world: World) -> None:
    world.append()
    with pytest.raises(AppendOnlyError):
        OperationLogEntry.objects.update(reference="")
    with pytest.raises(AppendOnlyError):
        OperationLogEntry.objects.all().delete()


def test_scope_of_a_tenants_chain_names_only_that_tenant(world: World) -> None:
    own, partners = LogScope.of_actor(world.administrator), LogScope.of_actor(world.partner_administrator)
    assert (own.side, own.customer, own.partner) == (Side.CUSTOMER, world.customer, None)
    assert (partners.side, partners.customer, partners.partner) == (Side.PARTNER, None, world.partner)
    assert own.chain == f"tenant:{world.customer.pk}"


def test_the_scope_of_staff_is_the_chain_of_the_vendor(world: World) -> None:
    scope = LogScope.of_actor(world.staff)
    assert (scope.chain, scope.side, scope.customer, scope.partner) == ("vendor", Side.VENDOR, None, None)
