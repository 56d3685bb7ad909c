"""Duplicates: two spellings of one account are one customer; a possible duplicate is a conflict and is not added."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import CommerceContract, FactFeed, FactKind, ReservedInstance, Tenant
from accounts.tests.factories import CustomerFactory
from partners.models import Association, Partner
from partners.tests.importer import OCTOBER, RESERVATION, ZERO, Importer, csv_of, figures_of, importer, the_tenant

__all__ = ["importer"]

pytestmark = pytest.mark.django_db

AZURE = {"ProviderName": "Microsoft", "SubAccountId": "/subscriptions/AAAA-1"}
SHORT = {**AZURE, "SubAccountId": "aaaa-1"}
CAPITAL = {"SubAccountId": "A1"}
SMALL = {"SubAccountId": "a1"}


def customers() -> list[str]:
    return list(Tenant.objects.customers().order_by("key").values_list("key", flat=True))


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    "spelling",
    [
        {"SubAccountId": "/subscriptions/aaaa-1"},
        {"SubAccountId": "AAAA-1"},
        {"SubAccountId": "/Subscriptions/aaaa-1\u200b"},
        {"ProviderName": "Microsoft Azure"},
        {"ProviderName": "NULL", "ServiceProviderName": "Azure"},
    ],
)
def test_spellings_of_one_account_are_one_customer_in_a_file_and_from_file_to_file(
    importer: Importer, spelling: dict[str, str]
) -> None:
    assert importer.run(AZURE, {**AZURE, **spelling})["tenants_created"] == 1
    assert figures_of(importer.run({**AZURE, **spelling})) == ZERO
    assert len(customers()) == 1


def test_spellings_of_one_commitment_are_one(importer: Importer) -> None:
    long = "/providers/Microsoft.Capacity/reservationOrders/R1"
    importer.run({**AZURE, **RESERVATION, "CommitmentDiscountId": long})
    result = importer.run({**AZURE, **OCTOBER, **RESERVATION, "CommitmentDiscountId": long.lower()})
    assert result["commitments_unseen"] == 0
    assert ReservedInstance.objects.get().number == long


def test_a_bad_row_affects_its_customer_in_any_spelling(importer: Importer) -> None:
    importer.run({**AZURE, **RESERVATION})
    result = importer.run({**AZURE, **OCTOBER}, {**SHORT, "BillingCurrency": "credits"}, options=("--complete",))
    assert result["commitments_ended"] == 0


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("/providers/Microsoft.Billing/billingAccounts/B9", "b9"),
        ("b9", "/providers/Microsoft.Billing/billingAccounts/B9"),
        (" B9\u200b", "b9"),
        ("-2", "b9"),  # a provider's word for null
    ],
)
def test_a_bad_row_without_a_provider_affects_its_billing_account_in_any_spelling(
    importer: Importer, written: str, known: str
) -> None:
    customer = {**AZURE, "BillingAccountId": known}
    importer.run({**customer, **RESERVATION})
    bad = {**OCTOBER, "ProviderName": "", "BillingAccountId": written}
    result = importer.run({**customer, **OCTOBER}, bad, options=("--complete",))
    assert (result["bad_rows"], result["commitments_ended"]) == (1, 0)


def test_a_bad_row_of_another_billing_account_affects_nobody(importer: Importer) -> None:
    importer.run({**AZURE, **RESERVATION})
    bad = {**OCTOBER, "ProviderName": "", "BillingAccountId": "/providers/microsoft.billing/billingaccounts/901"}
    assert importer.run({**AZURE, **OCTOBER}, bad, options=("--complete",))["commitments_ended"] == 1


def test_a_bad_row_affects_a_key_in_other_case_of_a_provider_that_is_not_in_the_table(importer: Importer) -> None:
    importer.run({**SMALL, **RESERVATION})
    bad = {**CAPITAL, **OCTOBER, "BillingCurrency": "credits"}
    assert importer.run({**SMALL, **OCTOBER}, bad, options=("--complete",))["commitments_ended"] == 0


@pytest.mark.parametrize(
    "spelling", ["HARBOURLINE M\u00dcLLER", decomposed("Harbourline M\u00fcller"), "Harbourline M\u00fcller\u200b "]
)
def test_spellings_of_one_issuer_are_one_partner(importer: Importer, spelling: str) -> None:
    issuer = {"InvoiceIssuerName": "Harbourline M\u00fcller"}
    result = importer.run(issuer, {**issuer, "SubAccountId": "5"}, {"InvoiceIssuerName": spelling})
    assert (result["partners_created"], result["conflicts"]) == (1, 0)
    assert figures_of(importer.run({"InvoiceIssuerName": spelling})) == ZERO
    assert Partner.objects.get().tenant.name.casefold() == "harbourline m\u00fcller"


def test_a_direct_issuer_matches_in_any_spelling(importer: Importer) -> None:
    importer.run({}, options=("--direct", "HARBOURLINE systems"))
    assert not Association.objects.exists()
    assert "--direct" not in importer.stderr


def test_a_customer_keeps_the_partner_that_has_exactly_its_issuers_spelling(importer: Importer) -> None:
    """Partners whose names differ in case only may exist from earlier imports. They stay two partners."""
    importer.run({})
    other = Tenant.objects.create(key="issuer:HARBOURLINE SYSTEMS", kind=Tenant.Kind.PARTNER, name="HARBOURLINE")
    Association.objects.update(partner=Partner.objects.create(tenant=other))
    assert figures_of(importer.run({"InvoiceIssuerName": "HARBOURLINE SYSTEMS"})) == ZERO


def test_keys_that_differ_in_case_only_are_a_conflict_for_a_provider_that_is_not_in_the_table(
    importer: Importer,
) -> None:
    importer.run(SMALL)
    result = importer.run(CAPITAL)
    assert figures_of(result) == {**ZERO, "conflicts": 1}
    assert "Lumen:A1: this may be Lumen:a1 under another key: not imported" in importer.stderr
    assert customers() == ["Lumen:a1"]


def test_two_new_keys_of_one_file_that_differ_in_case_only_are_a_conflict(importer: Importer) -> None:
    result = importer.run(CAPITAL, SMALL)
    assert (result["tenants_created"], result["conflicts"]) == (1, 1)


def test_the_known_customer_of_such_a_pair_is_not_fully_read(importer: Importer) -> None:
    importer.run({**SMALL, **RESERVATION})
    FactFeed.objects.update(synced_at=None)
    result = importer.run({**SMALL, **OCTOBER}, {**CAPITAL, **OCTOBER, **RESERVATION}, options=("--complete",))
    assert result["commitments_ended"] == 0
    feed = FactFeed.objects.get(tenant__key="Lumen:a1", kind=FactKind.RESERVED_INSTANCES)
    assert feed.synced_at is None


def test_adopt_adds_both_of_such_a_pair(importer: Importer) -> None:
    importer.run(SMALL)
    result = importer.run(CAPITAL, SMALL, options=("--adopt",))
    assert (result["tenants_created"], result["conflicts"]) == (1, 1)
    assert figures_of(importer.again()) == ZERO
    assert not FactFeed.objects.filter(keeper="external", synced_at=None).exists()


def test_a_new_key_with_the_name_account_and_commitment_of_a_known_customer_is_a_conflict(importer: Importer) -> None:
    importer.run(RESERVATION)
    result = importer.run({**RESERVATION, "SubAccountId": "new-100"})
    assert figures_of(result) == {**ZERO, "conflicts": 1}
    assert "Lumen:new-100: this may be Lumen:100 under another key: not imported" in importer.stderr
    assert importer.again("--adopt")["tenants_created"] == 1


@pytest.mark.parametrize(
    "different", [{"SubAccountName": "Elmstead"}, {"BillingAccountId": "901"}, {"CommitmentDiscountId": "ri-2"}]
)
def test_a_new_key_that_shares_less_is_a_new_customer(importer: Importer, different: dict[str, str]) -> None:
    importer.run(RESERVATION)
    result = importer.run({**RESERVATION, "SubAccountId": "new-100", **different})
    assert (result["tenants_created"], result["conflicts"]) == (1, 0)


def test_customers_of_one_file_that_share_a_commitment_and_a_name_are_two(importer: Importer) -> None:
    result = importer.run(RESERVATION, {**RESERVATION, "SubAccountId": "200"})
    assert (result["tenants_created"], result["conflicts"]) == (2, 0)
    assert figures_of(importer.again()) == ZERO


MANY = [{**RESERVATION, "SubAccountId": str(number)} for number in range(100, 160)]


def interrupt(importer: Importer, *rows: dict[str, str]) -> None:
    """Kill an import of the rows after its first batch of customers."""

    def die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'INTO "accounts_tenant"' in sql and Tenant.objects.customers().exists():
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    importer.write(*rows)
    with connection.execute_wrapper(die), pytest.raises(CommandError, match="Interrupted"):
        call_command("import_focus", str(importer.path), "--model", "reseller")


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_first_import_is_no_conflict_with_itself(importer: Importer) -> None:
    interrupt(importer, *MANY)
    half = Tenant.objects.customers().count()
    assert 0 < half < len(MANY)
    assert figures_of(importer.again()) == {**ZERO, "tenants_created": len(MANY) - half}
    assert figures_of(importer.again()) == ZERO


def test_a_key_that_is_renamed_within_the_month_is_a_conflict(importer: Importer) -> None:
    with time_machine.travel(datetime(2025, 9, 30, tzinfo=UTC), tick=False):
        importer.run(RESERVATION)
    with time_machine.travel(datetime(2025, 11, 1, tzinfo=UTC), tick=False):
        both = ({**RESERVATION, **OCTOBER}, {**RESERVATION, **OCTOBER, "SubAccountId": "new-100"})
        assert (importer.run(*both)["conflicts"], importer.again()["conflicts"]) == (1, 1)
    assert customers() == ["Lumen:100"]


def test_filling_the_billing_account_after_an_upgrade_is_no_update(importer: Importer) -> None:
    importer.run(RESERVATION)
    account = the_tenant().billing_account
    Tenant.objects.update(billing_account="")
    assert figures_of(importer.again()) == ZERO
    assert the_tenant().billing_account == account


def test_another_billing_account_is_an_update(importer: Importer) -> None:
    importer.run(RESERVATION)
    assert importer.run({**RESERVATION, "BillingAccountId": "901"})["tenants_updated"] == 1


def test_existing_pairs_stay_and_keep_their_spellings(importer: Importer) -> None:
    for key in ("Microsoft:/subscriptions/AAAA-1", "Microsoft:aaaa-1"):
        CustomerFactory(key=key, name=key, currency="EUR")
    importer.run({**SHORT, **RESERVATION})
    assert ReservedInstance.objects.get().tenant.key == "Microsoft:aaaa-1"
    assert len(customers()) == 2


def found() -> list[str]:
    out = StringIO()
    call_command("find_duplicates", stdout=out)
    return out.getvalue().splitlines()


def test_find_duplicates_lists_the_pairs_that_exist(importer: Importer, capsys: Any) -> None:
    assert found() == []
    for key in ("Microsoft:/subscriptions/AAAA-1", "Azure:aaaa-1", "Lumen:b", "Lumen:B", "Lumen:c"):
        CustomerFactory(key=key)
    assert found() == [
        "Lumen:b\tLumen:B\tdifferent in case only",
        "Microsoft:/subscriptions/AAAA-1\tAzure:aaaa-1\ttwo spellings of one account",
    ]


def test_find_duplicates_lists_an_account_that_got_another_key(importer: Importer) -> None:
    importer.run_files(csv_of(RESERVATION), csv_of({**RESERVATION, "SubAccountId": "200"}))
    assert found() == ["Lumen:100\tLumen:200\tthe same name, billing account and commitment"]
    CommerceContract.objects.all().delete()
    ReservedInstance.objects.filter(tenant=the_tenant("Lumen:200")).delete()
    assert found() == []
