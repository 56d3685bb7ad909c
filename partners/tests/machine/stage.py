"""The stage: a clock that is moved, a fuse that kills an operation half way, and the judgement of every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import time_machine
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import TestCase
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine, invariant

from accounts.models import Notification, OperationLogEntry
from accounts.operations.create_login import LoginRefused
from accounts.operations.currency import CurrencyHeld
from accounts.operations.mobile_number import SameNumber, Stale
from accounts.operations.resend_notice import NotFailed
from accounts.verification import (
    AlreadyUsed,
    Expired,
    Limited,
    Locked,
    NoChallenge,
    NoNumber,
    Superseded,
    Voided,
    Wrong,
)
from partners.operations.associate import AlreadyAssociated
from partners.operations.outcomes import Blocked, Lost
from partners.tests.machine.books import Books
from partners.tests.machine.cast import Actors
from partners.tests.machine.provider import provider
from partners.tests.machine.snapshot import CODES, LOG, OUTBOX, Snapshot

BEGIN = datetime(2027, 1, 11, 8, 30, tzinfo=UTC)
R = TypeVar("R")
REACHED: Counter[str] = Counter()  # how often each operation gave each answer: what the examples were worth
# What an operation answers when it does nothing.
REFUSALS = (
    AlreadyAssociated,
    AlreadyUsed,
    Blocked,
    Expired,
    Limited,
    Locked,
    Lost,
    NoChallenge,
    NoNumber,
    Superseded,
    Voided,
    Wrong,
    LoginRefused,
    CurrencyHeld,
    SameNumber,
    Stale,
    NotFailed,
)
# These take a code, or a number, before they come to their refusal.
SPENDING = {"submit_disassociation", "start_number_change", "release_old_number"}


class Denied:
    """The answer to a person who may not."""


class Interrupted(OperationalError):
    """The process died at this statement."""


class Stage(RuleBasedStateMachine):
    """Each example plays in a transaction that is rolled back; the durable ones of the product nest in it as in
    every TestCase, and only there."""

    def __init__(self) -> None:
        super().__init__()
        self._atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        self._travel = time_machine.travel(BEGIN, tick=False)
        self._clock = self._travel.start()
        self.cast = Actors.gather()
        self.books = Books()
        self.fuse = 0  # the next operation dies at this statement; 0: it does not
        self.was_burning = False
        provider.mood = "well"
        provider.taken.clear()

    def teardown(self) -> None:
        try:
            self.books.close()
            connection.check_constraints()
        finally:
            self._travel.stop()
            TestCase._rollback_atomics(self._atomics)  # type: ignore[attr-defined]

    @invariant()
    def the_books_hold(self) -> None:
        self.books.check()

    @property
    def now(self) -> datetime:
        return timezone.now()

    def wait(self, span: timedelta) -> None:
        self._clock.shift(span)

    def act(self, verb: Callable[..., R], *, allowed: bool | None = True, **arguments: Any) -> R | Denied | Interrupted:
        """Run the verb, which takes a second, and judge it: a wrong actor and a refusal leave everything as it was.

        `allowed`: whether the actor may; None: the caller does not know.
        """
        before, burning, self.fuse = Snapshot.take(), self.fuse, 0
        entries = OperationLogEntry.objects.count()
        try:
            answer = self._run(verb, burning, arguments)
        except PermissionDenied:
            assert not allowed, f"{verb.__name__} refused somebody who may"
            assert not before.changed(Snapshot.take()), f"{verb.__name__} wrote for somebody who may not"
            REACHED[f"{verb.__name__}: denied"] += 1
            return Denied()
        except Interrupted as interruption:
            REACHED[f"{verb.__name__}: interrupted"] += 1
            return interruption
        finally:
            self.wait(timedelta(seconds=1))
        assert allowed is not False, f"{verb.__name__} let somebody through who may not"
        REACHED[f"{verb.__name__}: {type(answer).__name__}"] += 1
        if isinstance(answer, REFUSALS):
            _judge_refusal(verb.__name__, answer, before, entries)
        return answer

    def act_of_the_system(self, verb: Callable[..., R], **arguments: Any) -> R | Interrupted:
        """Run a verb that nobody acts: it may note why it does nothing, so its answer is judged by its rule."""
        burning, self.fuse = self.fuse, 0
        self.was_burning = bool(burning)
        try:
            answer = self._run(verb, burning, arguments)
        except Interrupted as interruption:
            REACHED[f"{verb.__name__}: interrupted"] += 1
            return interruption
        finally:
            self.wait(timedelta(seconds=1))
        REACHED[f"{verb.__name__}: {type(answer).__name__}"] += 1
        return answer

    def refuses(self, verb: Callable[..., object], **arguments: Any) -> None:
        """The verb raises on arguments that no form lets through, and writes nothing."""
        before = Snapshot.take()
        try:
            verb(**arguments)
        except (ValueError, PermissionDenied):
            assert not before.changed(Snapshot.take()), f"{verb.__name__} wrote and then raised"
            return
        raise AssertionError(f"{verb.__name__} took {arguments}")

    def _run(self, verb: Callable[..., R], burning: int, arguments: dict[str, Any]) -> R:
        if not burning:
            return verb(**arguments)
        left = [burning]

        def burn(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                left[0] -= 1
                if left[0] == 0:
                    raise Interrupted("The process died.")
            return execute(sql, *rest)

        try:
            with connection.execute_wrapper(burn):
                return verb(**arguments)
        finally:
            # Where the product runs a statement by itself, Django marks the surrounding test transaction as broken.
            connection.set_rollback(False)


def _judge_refusal(name: str, answer: object, before: Snapshot, entries: int) -> None:
    """Nothing but at most one refused entry; a code entry may count its try, and a lock tells its owner."""
    may = {*LOG}
    if isinstance(answer, Wrong | Voided | Locked | Stale) or name in SPENDING:
        may |= {*CODES}
    if isinstance(answer, Locked):
        may |= {*OUTBOX}
    touched = before.changed(Snapshot.take()) - may
    assert not touched, f"{name} answered {answer} and changed {touched}"
    new = OperationLogEntry.objects.order_by("pk")[entries:]
    assert [entry.result for entry in new] in ([], ["refused"]), f"{name} answered {answer} and wrote {list(new)}"
    queued = Notification.objects.count() - len(before.rows[Notification])
    assert not queued or isinstance(answer, Locked), f"{name} answered {answer} and told {queued}"
