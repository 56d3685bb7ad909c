"""Tests of Race itself: it always ends, and reports every error."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Tenant
from accounts.tests.factories import CustomerFactory
from accounts.tests.races.protections import Meeting, only_on_postgresql
from accounts.tests.races.racing import CALLERS, ROUNDS, Race, in_rounds


def session() -> object:
    """Return the database session of the caller."""
    return connection.connection


def test_every_caller_has_a_separate_connection(race: Race) -> None:
    assert len(set(map(id, race(*[session] * CALLERS)))) == CALLERS


def test_the_callers_keep_their_connections_from_round_to_round(race: Race) -> None:
    assert race(*[session] * CALLERS) == race(*[session] * CALLERS)


def test_callers_run_at_the_same_time(race: Race) -> None:
    all_here = threading.Barrier(CALLERS)
    assert sorted(map(int, map(str, race(*[lambda: all_here.wait(timeout=30)] * CALLERS)))) == list(range(CALLERS))


def test_a_caller_that_breaks_fails_the_race(race: Race) -> None:
    def break_down() -> None:
        raise ValueError("broken")

    with pytest.RaisesGroup(ValueError):
        race(break_down, lambda: 1)


def test_an_expected_fault_is_an_answer(race: Race) -> None:
    def refuse() -> None:
        raise OperationalError("locked")

    fault, answer = race(refuse, lambda: 1, faults=(OperationalError,))
    assert isinstance(fault, OperationalError)
    assert answer == 1


def test_callers_that_never_return_fail_the_race_and_say_where_they_wait(transactional_db: None) -> None:
    for_ever = threading.Event()
    race = Race(patience=0.5)
    with pytest.raises(pytest.fail.Exception, match=r"(?s)1 callers did not return within 0.5 s.*waiter.acquire"):
        race(for_ever.wait, lambda: True)
    for_ever.set()
    race.close()


@only_on_postgresql
def test_two_callers_that_lock_each_other_out_fail_the_race(race: Race) -> None:
    one, other = CustomerFactory(), CustomerFactory()
    both_hold_one = Meeting(parties=2)

    def lock(*tenants: Tenant) -> None:
        with transaction.atomic():
            for tenant in tenants:
                Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
                both_hold_one.wait()

    with pytest.RaisesGroup(pytest.RaisesExc(OperationalError, match="deadlock detected")):
        race(lambda: lock(one, other), lambda: lock(other, one))


@only_on_postgresql
def test_callers_that_hold_a_lock_for_ever_do_not_keep_the_tables_from_being_flushed(transactional_db: None) -> None:
    customer, for_ever = CustomerFactory(), threading.Event()
    race = Race(patience=1)

    def hold() -> None:
        with transaction.atomic():
            Tenant.objects.select_for_update().get(pk=customer.pk)
            for_ever.wait()

    with pytest.raises(pytest.fail.Exception, match="2 callers did not return"):
        race(hold, hold)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute("LOCK TABLE accounts_tenant")
    for_ever.set()
    race.close()


def test_the_round_that_failed_is_named(transactional_db: None) -> None:
    rounds = iter(range(1, ROUNDS + 1))

    @in_rounds
    def fail_in_the_last_round() -> None:
        assert next(rounds) < ROUNDS

    with pytest.raises(AssertionError) as caught:
        fail_in_the_last_round()
    assert caught.value.__notes__ == [f"In round {ROUNDS} of {ROUNDS}."]
