"""The state machine runs, and every operation is in it: a new one without a rule fails here."""

from __future__ import annotations

import inspect
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django import Settings

import accounts.operations
import partners.operations
from partners.models import Grant
from partners.tests.machine.account_rules import AccountRules
from partners.tests.machine.cast import SPARE_NUMBERS
from partners.tests.machine.request_rules import RequestRules
from partners.tests.machine.stage import REACHED
from partners.tests.machine.world_rules import WorldRules

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "20"))
STEPS = 40
# They read and answer, make the scope of an entry, or are the part of a verb that is played under its locks.
NO_VERBS = {"acting_side", "association_scope", "deciding_side", "may_withdraw", "moved", "request_scope"}
NO_VERBS |= {"set_password_path", "require_administrator", "too_late"}


CUSTOMER, PARTNER = ("customer", "admin"), ("counterparty", "admin")
RESELLER, REFERRAL = 3, 1  # picks: the newest associations come first
Step = tuple[str, tuple[Any, ...]]
ASKED: Step = ("_ask_to_part", (RESELLER, CUSTOMER))
# What happens before, the step that dies, and the status of the request where it lived.
DEATHS: dict[str, tuple[list[Step], Step, str]] = {
    "submit": ([("_start_of", (RESELLER, CUSTOMER))], ("enter_code", (2, CUSTOMER, "right", 0)), "pending"),
    "refer": ([("_start_of", (REFERRAL, CUSTOMER))], ("enter_code", (2, CUSTOMER, "right", 0)), "completed"),
    "approve": ([ASKED], ("approve", (1, PARTNER, "We part")), "completed"),
    "withdraw": ([ASKED], ("withdraw", (1, ("initiator", "admin"))), "withdrawn"),
    "confirm a number": (
        [ASKED, ("_start_number", (0, SPARE_NUMBERS[0])), ("_release_number", (0, "right"))],
        ("_confirm_number", (0, "right")),
        "pending",
    ),
}
FEWEST_STATEMENTS, MOST_STATEMENTS = 8, 120


class Machine(AccountRules, WorldRules):
    pass


@pytest.mark.django_db
def test_the_books_hold_whatever_is_done_by_whom_and_when(settings: Settings) -> None:
    settings.SMS_BACKEND = "partners.tests.machine.provider.MoodyBackend"
    run_state_machine_as_test(
        Machine,
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.writelines(sorted(f"{count:6} {what}\n" for what, count in REACHED.items()))


@pytest.mark.django_db
@pytest.mark.parametrize("walk", DEATHS)
def test_an_operation_that_dies_at_any_statement_leaves_the_books_whole(walk: str, settings: Settings) -> None:
    """The same steps again and again, dying one statement later each time, until the operation lives through it."""
    settings.SMS_BACKEND = "partners.tests.machine.provider.MoodyBackend"
    before, mortal, status = DEATHS[walk]
    for statement in range(1, MOST_STATEMENTS):
        with staged() as machine:
            for step, arguments in before:
                getattr(machine, step)(*arguments)
            deaths, machine.fuse = _deaths(), statement
            getattr(machine, mortal[0])(*mortal[1])
            machine.books.check()
            machine.the_clock_ticks("well", 3600)
            machine.books.check()
            statuses = [*machine.books.statuses.values()]
        if _deaths() == deaths:
            assert statement > FEWEST_STATEMENTS, "Nothing was interrupted."
            assert statuses == [status]
            return
    raise AssertionError(f"{walk} takes more than {MOST_STATEMENTS} statements.")


def _deaths() -> int:
    return sum(count for what, count in REACHED.items() if what.endswith("interrupted"))


@pytest.mark.django_db
def test_a_grant_lets_one_further_request_through(settings: Settings) -> None:
    with staged() as machine:
        for _ in range(3):
            machine.ask_to_part(RESELLER, CUSTOMER, "granted")
            machine.books.check()
        assert Grant.objects.exclude(used_by=None).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "requests"), [(0, 1), (301, 0)])
def test_a_code_that_comes_too_late_makes_no_request(late: int, requests: int) -> None:
    with staged() as machine:
        machine._start_of(RESELLER, CUSTOMER)
        machine.enter_code(2, CUSTOMER, "right", late)
        machine.books.check()
        assert len(machine.books.statuses) == requests


@contextmanager
def staged() -> Iterator[Machine]:
    """A machine that is driven by hand."""
    machine = Machine()
    try:
        yield machine
    finally:
        machine.teardown()


def test_every_operation_has_a_rule_in_the_machine() -> None:
    missing = {f"{verb.__module__}.{verb.__name__}" for verb in _verbs() - _used_by_rules()}
    assert not missing, "These operations need a rule in partners/tests/machine/."


def test_a_verb_that_is_used_by_no_rule_would_be_missed() -> None:
    verbs = _verbs()
    assert {"withdraw", "complete", "put_in_force", "export_log", "save_record"} <= {verb.__name__ for verb in verbs}
    assert import_module("partners.operations.locking").lock_request not in verbs


def _verbs() -> set[FunctionType]:
    """What partners.operations offers by name, and every function of both packages that an actor is named to."""
    found = {getattr(partners.operations, name) for name in partners.operations.__all__}
    for package in (partners.operations, accounts.operations):
        for module in _modules(package):
            own = vars(module).values()
            found |= {f for f in own if inspect.isfunction(f) and f.__module__ == module.__name__ and _is_verb(f)}
    return {verb for verb in found if inspect.isfunction(verb) and verb.__name__ not in NO_VERBS}


def _is_verb(function: Callable[..., Any]) -> bool:
    return not function.__name__.startswith("_") and "actor" in inspect.signature(function).parameters


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{found.name}")


def _used_by_rules() -> set[FunctionType]:
    """Whatever the code of the rules, and of what they call on themselves, names."""
    named: list[Any] = []
    for base in (RequestRules, AccountRules, WorldRules):
        for member in map(inspect.unwrap, filter(inspect.isfunction, vars(base).values())):
            named += [member.__globals__.get(name) for name in _names(member.__code__)]
    return {one for one in named if inspect.isfunction(one)}


def _names(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return {*code.co_names}.union(*(_names(one) for one in inner))
