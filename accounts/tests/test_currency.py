"""Setting the currency, by a customer's administrator: a set one cannot change while associated."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.billing.currencies import CURRENCIES
from accounts.log.sentences import remark_of
from accounts.models import OperationLogEntry, Tenant, User
from accounts.operations.currency import CurrencyHeld, CurrencySet, set_currency
from accounts.tests.associations import associate
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/account/currency/"


def post(client: Client, user: User, currency: str) -> Any:
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    return client.post(URL, {"currency": currency})


def currency_of(user: User) -> str:
    return Tenant.objects.get(users=user).currency


def test_an_empty_currency_is_set_while_associated(client: Client) -> None:
    user = UserFactory(tenant__currency="")
    associate(user.tenant)
    response = post(client, user, "EUR")
    assert (response.status_code, response["Location"]) == (303, "/account/#currency")
    assert currency_of(user) == "EUR"


def test_a_set_currency_is_changed_while_not_associated(client: Client) -> None:
    user = UserFactory(tenant__currency="EUR")
    assert post(client, user, "USD").status_code == 303
    assert currency_of(user) == "USD"


def test_a_set_currency_stays_while_associated(client: Client) -> None:
    user = UserFactory(tenant__currency="EUR")
    associate(user.tenant, "Harbourline Systems")
    response = post(client, user, "USD")
    assert response.status_code == 409
    assert (
        "You cannot change the currency EUR while you are associated with Harbourline Systems."
        in response.content.decode()
    )
    assert currency_of(user) == "EUR"


def test_it_is_logged_on_the_chain_of_the_tenant() -> None:
    user = UserFactory(tenant__currency="")
    assert set_currency(actor=user, currency="EUR") == CurrencySet("EUR")
    set_currency(actor=user, currency="USD")
    first, second = OperationLogEntry.objects.order_by("seq")
    assert {first.chain, second.chain} == {f"tenant:{user.tenant_id}"}
    assert (first.operation, first.result, remark_of(first)) == ("currency-set", "done", "EUR")
    assert remark_of(second) == "From EUR to USD"
    assert (first.customer, first.partner, first.actor) == (user.tenant, None, user)


def test_a_refusal_is_logged() -> None:
    user = UserFactory(tenant__currency="EUR")
    associate(user.tenant)
    assert isinstance(set_currency(actor=user, currency="USD"), CurrencyHeld)
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.result, entry.remark_word) == ("currency-set", "refused", "currency-held")


def test_equal_currency_writes_nothing() -> None:
    user = UserFactory(tenant__currency="EUR")
    associate(user.tenant)
    assert set_currency(actor=user, currency="EUR") == CurrencySet("EUR")
    assert OperationLogEntry.objects.count() == 0


@pytest.mark.parametrize("currency", ["", "eur", "XXX", "EURO", "€", "E\0R", "XAU"])
def test_invalid_currency_is_422(client: Client, currency: str) -> None:
    user = UserFactory(tenant__currency="")
    response = post(client, user, currency)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert currency_of(user) == ""


def test_other_users_are_not_changed(client: Client) -> None:
    other = UserFactory(tenant__currency="")
    post(client, UserFactory(tenant__currency=""), "EUR")
    assert currency_of(other) == ""


def test_the_list_holds_codes_of_iso_4217_in_order() -> None:
    assert list(CURRENCIES) == sorted(set(CURRENCIES))
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert {"EUR", "USD", "CNY", "JPY"} <= set(CURRENCIES)
