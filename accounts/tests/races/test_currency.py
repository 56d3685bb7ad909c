"""Races of setting the currency: the first of eight stays."""

from __future__ import annotations

from django.db import OperationalError

from accounts.log.append import LogScope
from accounts.models import Operation, OperationLogEntry, Tenant, User
from accounts.operations.currency import CurrencyHeld, CurrencySet, set_currency
from accounts.tests.associations import associate
from accounts.tests.factories import CustomerFactory, UserFactory
from accounts.tests.races.books import assert_one_done
from accounts.tests.races.protections import on_this_database, without_locks
from accounts.tests.races.racing import CALLERS, Race, in_rounds, kinds

CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK")
LOSERS = CALLERS - 1


def set_all_at_once(race: Race, customer: Tenant, faults: tuple[type[Exception], ...] = ()) -> list[object]:
    people: list[User] = [UserFactory(tenant=customer) for _ in CURRENCIES]
    calls = [
        lambda actor=actor, currency=currency: set_currency(actor=actor, currency=currency)
        for actor, currency in zip(people, CURRENCIES, strict=True)
    ]
    return race(*calls, faults=faults)


def chain_of(customer: Tenant) -> str:
    return LogScope.of_actor(User(tenant=customer)).chain


@in_rounds
def test_one_of_eight_concurrent_currencies_is_set(race: Race) -> None:
    customer = CustomerFactory(currency="")
    associate(customer)
    answers = set_all_at_once(race, customer)
    assert kinds(answers) == {CurrencySet: 1, CurrencyHeld: LOSERS}
    customer.refresh_from_db()
    assert {answer.currency for answer in answers} == {customer.currency}  # type: ignore[attr-defined]
    assert_one_done(chain_of(customer), Operation.CURRENCY_SET, losers=LOSERS)


@in_rounds
def test_without_a_partner_each_currency_follows_the_one_before(race: Race) -> None:
    customer = CustomerFactory(currency="")
    assert kinds(set_all_at_once(race, customer)) == {CurrencySet: CALLERS}
    entries = OperationLogEntry.objects.filter(chain=chain_of(customer)).order_by("seq")
    steps = [(entry.remark_data["before"], entry.remark_data["currency"]) for entry in entries]
    customer.refresh_from_db()
    assert [before for before, _after in steps] == ["", *(after for _before, after in steps[:-1])]
    assert steps[-1][1] == customer.currency


def test_without_the_lock_eight_currencies_are_set(race: Race) -> None:
    customer = CustomerFactory(currency="")
    associate(customer)
    with without_locks(race, Tenant):
        answers = set_all_at_once(race, customer, faults=(OperationalError,))
    expected = on_this_database(postgresql={CurrencySet: CALLERS}, sqlite={CurrencySet: 1, OperationalError: LOSERS})
    assert kinds(answers) == expected
