"""Races of the operation log: concurrent entries get consecutive numbers in their chain."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, OperationalError, transaction

from accounts.log import triggers
from accounts.log.append import MAX_REFUSALS_PER_HOUR, LogScope, append, append_refusal
from accounts.models import ChainHead, Operation, OperationLogEntry, User
from accounts.tests.factories import UserFactory
from accounts.tests.races.books import assert_chains_verify, results
from accounts.tests.races.protections import on_this_database, without_constraint, without_locks
from accounts.tests.races.racing import CALLERS, Race, in_rounds, kinds

ENTRIES = OperationLogEntry._meta.db_table
LOSERS = CALLERS - 1
FAULTS = (IntegrityError, OperationalError)


def append_entry(user: User) -> OperationLogEntry:
    with transaction.atomic():
        return append(LogScope.of_actor(user), Operation.SEEN)


def refuse(user: User, left: int = 0) -> OperationLogEntry | None:
    with transaction.atomic():
        scope = LogScope.of_actor(user)
        return append_refusal(scope, Operation.CODE_REFUSED, remark="wrong-code", tries_left=left)


def seqs(user: User) -> list[int]:
    chain = OperationLogEntry.objects.filter(chain=LogScope.of_actor(user).chain)
    return list(chain.order_by("seq").values_list("seq", flat=True))


@in_rounds
def test_eight_entries_at_once_begin_a_chain_in_order(race: Race) -> None:
    user = UserFactory()
    race(*[partial(append_entry, user)] * CALLERS)
    assert seqs(user) == [*range(1, CALLERS + 1)]


@in_rounds
def test_eight_entries_at_once_continue_a_chain_in_order(race: Race) -> None:
    user = UserFactory()
    append_entry(user)
    race(*[partial(append_entry, user)] * CALLERS)
    assert seqs(user) == [*range(1, CALLERS + 2)]


@in_rounds
def test_refusals_at_once_stop_at_their_limit(race: Race) -> None:
    user = UserFactory()
    before = MAX_REFUSALS_PER_HOUR - 3
    for left in range(before):
        refuse(user, left)
    race(*[partial(refuse, user, before + caller) for caller in range(CALLERS)])
    assert results(LogScope.of_actor(user).chain) == {"refused": MAX_REFUSALS_PER_HOUR}


@in_rounds
def test_the_same_refusal_eight_times_at_once_is_one_entry(race: Race) -> None:
    user = UserFactory()
    race(*[partial(refuse, user)] * CALLERS)
    assert results(LogScope.of_actor(user).chain) == {"refused": 1}


def test_the_constraint_alone_keeps_a_chain_whole_and_loses_the_entries(race: Race) -> None:
    user = UserFactory()
    append_entry(user)
    with without_locks(race, ChainHead):
        answers = race(*[partial(append_entry, user)] * CALLERS, faults=FAULTS)
    lost = on_this_database(postgresql=IntegrityError, sqlite=OperationalError)
    assert kinds(answers) == {OperationLogEntry: 1, lost: LOSERS}
    assert seqs(user) == [1, 2]
    assert_chains_verify()


def test_a_new_chain_loses_entries_without_the_lock(race: Race) -> None:
    """One caller inserts the head. The others read the same head, and all but one fail."""
    user = UserFactory()
    with without_locks(race, ChainHead, words=(f'INSERT INTO "{ENTRIES}"',), parties=3, patience=3):
        answers = race(*[partial(append_entry, user)] * CALLERS, faults=FAULTS)
    assert len(seqs(user)) < CALLERS
    assert kinds(answers)[OperationLogEntry] == len(seqs(user))


def test_without_lock_and_constraint_the_chain_is_broken_and_the_verifier_says_so(race: Race) -> None:
    user = UserFactory()
    append_entry(user)
    with without_constraint(OperationLogEntry, "operation_log_seq_is_unique_in_its_chain"):
        triggers.remove(connection=transaction.get_connection())
        with without_locks(race, ChainHead):
            race(*[partial(append_entry, user)] * CALLERS, faults=FAULTS)
        if on_this_database(postgresql=True, sqlite=False):
            assert seqs(user) == [1] + [2] * CALLERS
            with pytest.raises(CommandError, match="Broken chains: 1"):
                assert_chains_verify()
        else:
            assert seqs(user) == [1, 2]
