"""The state machine runs, and every verb is in it: one that takes more than a request needs a rule of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django import Settings

from accounts.operations.credit_limit import clear_credit_limit
from accounts.operations.facts import add_facts, keep_elsewhere, move_term, save_term, stamp_feeds
from accounts.operations.tenants import add_tenants, take_billing_account
from partners.models import Grant
from partners.operations.add_partners import add_partners
from partners.tests.machine import account_rules, request_rules, world_rules
from partners.tests.machine.account_rules import AccountRules
from partners.tests.machine.cast import SPARE_NUMBERS
from partners.tests.machine.stage import REACHED
from partners.tests.machine.world_rules import WorldRules
from partners.tests.verbs import OF_REQUESTS, VERBS

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "20"))
STEPS = 40
WITHIN_OTHERS = {clear_credit_limit}  # every end of an association plays it
BY_IMPORTS = {  # no rule imports a file: test_import_*.py and the races of the import play these
    add_facts,
    add_partners,
    add_tenants,
    keep_elsewhere,
    move_term,
    save_term,
    stamp_feeds,
    take_billing_account,
}

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
def test_operation_killed_at_any_statement_leaves_consistent_data(walk: str, settings: Settings) -> None:
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


def test_every_verb_is_played_by_a_rule() -> None:
    """One that is imported by a module of rules is used there: ruff says so."""
    played = {name for rules in (account_rules, request_rules, world_rules) for name in vars(rules)}
    missing = {verb for verb in set(VERBS) - set(OF_REQUESTS) if verb.__name__ not in played}
    assert missing == WITHIN_OTHERS | BY_IMPORTS
