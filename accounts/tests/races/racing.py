"""Race: callers that start at the same time, each in a thread with its own connection."""

from __future__ import annotations

import functools
import os
import queue
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from typing import Any, ParamSpec

import pytest
from django.db import connection

from accounts.tests.races.books import assert_chains_verify

CALLERS = 8
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
PATIENCE = 60.0  # seconds after which callers that have not returned count as deadlocked
LOCK_TIMEOUT = 30  # seconds; less than PATIENCE, so that PostgreSQL reports the blocked statement

Call = Callable[[], object]
Job = tuple[Call, threading.Barrier, "Future[object]"]
P = ParamSpec("P")


def in_rounds(test: Callable[P, None]) -> Callable[P, None]:
    """Run a test RACE_ROUNDS times, report the round that failed, and verify the log at the end."""

    @functools.wraps(test)
    def all_rounds(*args: P.args, **kwargs: P.kwargs) -> None:
        for number in range(1, ROUNDS + 1):
            try:
                test(*args, **kwargs)
            except BaseException as failure:
                failure.add_note(f"In round {number} of {ROUNDS}.")
                raise
        assert_chains_verify()

    return all_rounds


def kinds(answers: list[object]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


class Race:
    """A pool of daemon threads that keep their connections between rounds."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.around: list[Callable[[], Any]] = []  # context managers that every caller enters around its call
        self._inboxes: list[queue.SimpleQueue[Job | None]] = []
        self._crew: list[threading.Thread] = []
        self._is_cut_off = False

    def __call__(self, *calls: Call, faults: tuple[type[Exception], ...] = ()) -> list[object]:
        """Run the calls at the same instant and return their answers; exceptions of `faults` are answers, too.

        Every other exception is raised, and callers that do not return in time fail the test.
        """
        self._hire(len(calls))
        barrier = threading.Barrier(len(calls))
        futures: list[Future[object]] = [Future() for _ in calls]
        for inbox, call, future in zip(self._inboxes, calls, futures, strict=False):
            inbox.put((call, barrier, future))
        if wait(futures, timeout=self.patience).not_done:
            self._fail(futures)
        broken = [error for future in futures if (error := future.exception()) and not isinstance(error, faults)]
        if broken:
            raise BaseExceptionGroup(f"{len(broken)} of {len(calls)} callers broke", broken)
        return [future.exception() or future.result() for future in futures]

    def close(self) -> None:
        """End the threads: a test database with open connections cannot be flushed or dropped."""
        for inbox in self._inboxes:
            inbox.put(None)
        for thread in self._crew:
            thread.join(timeout=1 if self._is_cut_off else self.patience)

    @contextmanager
    def each_in(self, around: Callable[[], Any]) -> Iterator[None]:
        """Make every caller enter this context manager around its call, in its thread."""
        self.around.append(around)
        try:
            yield
        finally:
            self.around.remove(around)

    def _hire(self, number: int) -> None:
        for _ in range(number - len(self._crew)):
            inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
            thread = threading.Thread(target=self._serve, args=(inbox,), daemon=True)
            thread.start()
            self._inboxes.append(inbox)
            self._crew.append(thread)

    def _serve(self, inbox: queue.SimpleQueue[Job | None]) -> None:
        try:
            self._connect()
            while (job := inbox.get()) is not None:
                self._run(*job)
        finally:
            connection.close()

    def _connect(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}s'")

    def _run(self, call: Call, barrier: threading.Barrier, future: Future[object]) -> None:
        try:
            with ExitStack() as stack:
                for around in self.around:
                    stack.enter_context(around())
                barrier.wait(timeout=self.patience)
                answer = call()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(answer)

    def _fail(self, futures: list[Future[object]]) -> None:
        """Report where each caller waits, and end the PostgreSQL sessions, so that the flush does not wait as well."""
        self._is_cut_off = True
        frames = sys._current_frames()
        places = [
            "".join(traceback.format_stack(frames[thread.ident])[-3:])
            for thread, future in zip(self._crew, futures, strict=False)
            if not future.done() and thread.ident in frames
        ]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        pytest.fail(f"{len(places)} callers did not return within {self.patience:g} s:\n" + "\n".join(places))
