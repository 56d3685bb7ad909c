"""FOCUS 1.1 to 1.4: the columns that each version added, renamed or removed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError

from accounts.models import CommerceContract, OperationLogEntry, ReservedInstance, Tenant
from partners.tests.importer import ZERO, Importer, answer_for, figures_of, file_of, importer

__all__ = ["importer"]

pytestmark = pytest.mark.django_db

CHARGE = {
    "BilledCost": "12.5",
    "BillingAccountId": "900",
    "BillingCurrency": "EUR",
    "BillingPeriodEnd": "2026-07-01T00:00:00Z",
    "BillingPeriodStart": "2026-06-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargePeriodEnd": "2026-06-02T00:00:00Z",
    "ChargePeriodStart": "2026-06-01T00:00:00Z",
    "CommitmentDiscountId": "",
    "InvoiceIssuerName": "Harbourline Systems",
    "SubAccountId": "100",
    "SubAccountName": "Northfield Traders",
}
V1_1 = {
    **CHARGE,
    "ProviderName": "Lumen",
    "PublisherName": "Lumen",
    "CommitmentDiscountQuantity": "1",
    "ServiceSubcategory": "VM",
}
V1_2 = {
    **V1_1,
    "BillingAccountType": "Billing Account",
    "SubAccountType": "Project",
    "InvoiceId": "i-1",
    "PricingCurrency": "EUR",
}
V1_3 = {**V1_2, "ServiceProviderName": "Lumen", "HostProviderName": "Lumen", "AllocatedTags": "", "ContractApplied": ""}
V1_4 = {name: V1_3[name] for name in V1_3 if name not in {"ProviderName", "PublisherName"}} | {"InvoiceDetailId": "d-1"}
CONTRACT = {
    "BillingCurrency": "EUR",
    "ContractCommitmentCategory": "Spend",
    "ContractCommitmentCost": "1000",
    "ContractCommitmentDescription": "",
    "ContractCommitmentId": "c-1",
    "ContractCommitmentPeriodEnd": "2027-01-01T00:00:00Z",
    "ContractCommitmentPeriodStart": "2026-01-01T00:00:00Z",
    "ContractCommitmentQuantity": "",
    "ContractCommitmentType": "Private offer",
    "ContractCommitmentUnit": "",
    "ContractId": "k-1",
    "ContractPeriodEnd": "2027-01-01T00:00:00Z",
    "ContractPeriodStart": "2026-01-01T00:00:00Z",
}
CONTRACT_1_4 = {**CONTRACT, "ContractCommitmentLifecycleStatus": "Active", "ServiceProviderName": "Lumen"}
INVOICE = {
    "BilledCost": "1",
    "BillingAccountId": "900",
    "InvoiceDetailId": "d-1",
    "InvoiceIssueStatus": "Issued",
    "PaymentDueDate": "",
}
PERIOD = {"BillingPeriodStart": "2026-06-01", "BillingPeriodEnd": "2026-07-01", "BillingPeriodStatus": "Closed"}
SUMMER = datetime(2026, 7, 15, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def applied(*numbers: str | None) -> str:
    """The column ContractApplied; None is an element without an ID."""
    elements: list[dict[str, Any]] = [
        {"ContractCommitmentAppliedCost": 1.5} | ({} if number is None else {"ContractCommitmentId": number})
        for number in numbers
    ]
    return json.dumps({"Elements": elements, "x_More": {}})


def charged(*numbers: str | None, **changes: str) -> str:
    return file_of({**V1_4, "ContractApplied": applied(*numbers), **changes})


def with_contract(**changes: str) -> str:
    return file_of({**CONTRACT_1_4, **changes})


def result() -> str:
    with time_machine.travel(SUMMER, tick=False):
        return str(answer_for(code="commerce-contract").result)


@pytest.fixture
def summer() -> Any:
    with time_machine.travel(SUMMER, tick=False):
        yield


@pytest.mark.parametrize("later", [V1_1, V1_2, V1_3, V1_4])
def test_the_keys_of_an_earlier_version_match(importer: Importer, later: dict[str, str]) -> None:
    importer.run_files(file_of({**CHARGE, "ProviderName": "Lumen"}))
    assert figures_of(importer.run_files(file_of(later))) == ZERO
    assert Tenant.objects.customers().get().key == "Lumen:100"


def test_a_renamed_provider_of_1_4_matches_the_older_name(importer: Importer) -> None:
    importer.run_files(file_of({**V1_1, "ProviderName": "Amazon Web Services"}))
    assert figures_of(importer.run_files(file_of({**V1_4, "ServiceProviderName": "AWS"}))) == ZERO


@pytest.mark.usefixtures("summer")
def test_a_contract_that_a_charge_was_applied_to_is_the_customers(importer: Importer) -> None:
    importer.run_files(charged("c-1", None, "c-2"))
    assert set(CommerceContract.objects.values_list("number", "is_undecided")) == {("c-1", True), ("c-2", True)}
    assert result() == "fail"


@pytest.mark.parametrize(
    "text",
    [
        '{"Elements": [{"ContractCommitmentID": "c-1"}]}',
        '[{"ContractCommitmentId": "c-1"}]',
        '{"Elements": [{"ContractCommitmentId": "c-1"}, {"ContractCommitmentId": null}, 7]}',
    ],
)
def test_spellings_of_the_column_are_read(importer: Importer, text: str) -> None:
    importer.run_files(file_of({**V1_3, "ContractApplied": text}))
    assert CommerceContract.objects.get().number == "c-1"


@pytest.mark.parametrize(
    "text", ["NULL", "{}", '{"Elements": []}', '{"Elements": null}', '{"Elements": {"a": 1}}', "[]", "7"]
)
def test_a_column_without_an_id_names_no_contract(importer: Importer, text: str) -> None:
    assert importer.run_files(file_of({**V1_3, "ContractApplied": text}))["bad_rows"] == 0
    assert not CommerceContract.objects.exists()


@pytest.mark.parametrize("text", ["{", "c-1", "[" * 100_000, '[{"ContractCommitmentId": "' + "x" * 300 + '"}]'])
def test_a_column_that_cannot_be_read_is_a_bad_row_of_the_customer(importer: Importer, text: str) -> None:
    assert importer.run_files(file_of(V1_3, {**V1_3, "ContractApplied": text}))["bad_rows"] == 1
    assert result() == "unknown"


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize("contract", [CONTRACT, CONTRACT_1_4])
def test_the_contract_gives_kind_and_term_in_one_run_with_the_charges(
    importer: Importer, contract: dict[str, str]
) -> None:
    files = (charged("c-1"), file_of(contract))
    assert importer.run_files(*files)["tenants_created"] == 1
    held = CommerceContract.objects.get()
    assert (held.is_undecided, held.ends_at) == (False, END)
    assert figures_of(importer.run_files(*files)) == ZERO


@pytest.mark.usefixtures("summer")
def test_the_contract_gives_kind_and_term_in_a_later_run_without_charges(importer: Importer) -> None:
    importer.run_files(file_of({**CHARGE, "ProviderName": "Lumen", "CommitmentDiscountId": "c-1"}))
    assert importer.run_files(file_of(CONTRACT), options=("--dry-run",))["tenants_updated"] == 1
    assert importer.run_files(file_of(CONTRACT))["tenants_updated"] == 1
    assert CommerceContract.objects.get().ends_at == END
    assert figures_of(importer.run_files(file_of(CONTRACT))) == ZERO


@pytest.mark.usefixtures("summer")
def test_a_contract_for_usage_is_a_reserved_instance(importer: Importer) -> None:
    importer.run_files(charged("c-1"), with_contract(ContractCommitmentCategory="Usage", ContractCommitmentType=""))
    assert ReservedInstance.objects.get().ends_at == END
    assert not CommerceContract.objects.exists()


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Pending", "fail"),
        ("Active", "fail"),
        ("Exhausted", "fail"),
        ("Superseded", "pass"),
        ("Expired", "pass"),
        ("Canceled", "pass"),
        ("Proposed", "fail"),  # proposed: the charges still show that it is in force
    ],
)
def test_the_lifecycle_status_decides_what_is_in_force(importer: Importer, status: str, expected: str) -> None:
    start = "2026-08-01" if status == "Pending" else "2026-01-01"
    contract = with_contract(ContractCommitmentLifecycleStatus=status, ContractCommitmentPeriodStart=start)
    figures = importer.run_files(charged("c-1"), contract)
    assert result() == expected
    assert figures["commitments_ended"] == (expected == "pass")
    assert OperationLogEntry.objects.filter(remark_word="commitments-ended").count() == (expected == "pass")


@pytest.mark.usefixtures("summer")
def test_an_active_contract_is_in_force_though_complete_charges_do_not_name_it(importer: Importer) -> None:
    importer.run_files(charged("c-1", BillingPeriodStart="2026-05-01", BillingPeriodEnd="2026-06-01"))
    figures = importer.run_files(charged(), with_contract(ContractCommitmentPeriodEnd=""), options=("--complete",))
    assert (figures["commitments_ended"], figures["commitments_unseen"]) == (0, 0)
    assert result() == "fail"


@pytest.mark.usefixtures("summer")
def test_a_contract_of_another_provider_is_not_the_customers(importer: Importer) -> None:
    importer.run_files(charged("c-1"), with_contract(ServiceProviderName="AWS"))
    assert CommerceContract.objects.get().ends_at is None


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize(("provider", "end"), [("AWS", END), ("Microsoft", END), ("Lumen", None), ("Oracle", None)])
def test_a_contract_matches_in_another_case_where_its_provider_ignores_case(
    importer: Importer, provider: str, end: datetime | None
) -> None:
    contract = with_contract(ContractCommitmentId="C-1", ServiceProviderName=provider)
    importer.run_files(charged("c-1", ServiceProviderName=provider), contract)
    assert CommerceContract.objects.get().ends_at == end
    assert figures_of(importer.run_files(contract)) == ZERO


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize(("provider", "end"), [("AWS", END), ("Lumen", None)])
def test_a_contract_of_a_later_run_matches_in_another_case_too(
    importer: Importer, provider: str, end: datetime | None
) -> None:
    importer.run_files(charged("c-1", ServiceProviderName=provider))
    importer.run_files(file_of({**CONTRACT, "ContractCommitmentId": "C-1"}))
    assert CommerceContract.objects.get().ends_at == end


@pytest.mark.parametrize("numbers", [("c-1", "C-1"), ("C-1", "c-1")])
def test_of_two_spellings_of_one_contract_the_one_in_force_wins(importer: Importer, numbers: tuple[str, str]) -> None:
    statuses = dict(zip(numbers, ("Active", "Superseded"), strict=True))
    rows = [
        with_contract(ContractCommitmentId=number, ContractCommitmentLifecycleStatus=status, ServiceProviderName="AWS")
        for number, status in statuses.items()
    ]
    importer.run_files(charged("c-1", ServiceProviderName="AWS"), *rows)
    assert CommerceContract.objects.get().ended_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"ContractCommitmentId": "NULL"},
        {"ContractCommitmentPeriodEnd": "1/1/2027"},
        {"ContractCommitmentPeriodEnd": "2025-01-01"},
        {"ContractCommitmentLifecycleStatus": "Sleeping"},
    ],
)
def test_a_bad_contract_counts_against_every_customer(importer: Importer, change: dict[str, str]) -> None:
    assert importer.run_files(charged("c-1"), with_contract(**change))["bad_rows"] == 1
    assert result() == "unknown"


@pytest.mark.usefixtures("summer")
def test_with_complete_a_bad_contract_ends_nothing(importer: Importer) -> None:
    importer.run_files(charged("c-1", BillingPeriodStart="2026-05-01", BillingPeriodEnd="2026-06-01"))
    bad = with_contract(ContractCommitmentPeriodEnd="1/1/2027")
    figures = importer.run_files(charged(), bad, options=("--complete",))
    assert (figures["commitments_ended"], CommerceContract.objects.get().ended_at) == (0, None)


@pytest.mark.parametrize("order", [("Active", "Superseded"), ("Superseded", "Active")])
def test_of_two_rows_of_one_contract_the_one_in_force_wins(importer: Importer, order: tuple[str, str]) -> None:
    rows = [with_contract(ContractCommitmentLifecycleStatus=status) for status in order]
    importer.run_files(charged("c-1"), *rows)
    assert (result(), CommerceContract.objects.get().ended_at) == ("fail", None)


def test_of_two_rows_of_one_contract_the_later_end_wins(importer: Importer) -> None:
    earlier = with_contract(ContractCommitmentPeriodEnd="2026-12-01")
    importer.run_files(charged("c-1"), with_contract(), earlier)
    assert CommerceContract.objects.get().ends_at == END


@pytest.mark.usefixtures("summer")
def test_an_active_contract_whose_end_is_past_is_in_force(importer: Importer) -> None:
    importer.run_files(charged("c-1"), with_contract(ContractCommitmentPeriodEnd="2026-07-01"))
    assert (result(), CommerceContract.objects.get().ends_at) == ("fail", None)


@pytest.mark.usefixtures("summer")
def test_a_charge_of_a_later_period_contradicts_the_end_of_its_contract(importer: Importer) -> None:
    ended = with_contract(ContractCommitmentLifecycleStatus="", ContractCommitmentPeriodEnd="2026-06-01")
    importer.run_files(charged("c-1"), ended)
    assert (result(), CommerceContract.objects.get().ends_at) == ("fail", None)


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize("status", ["", "Active", "Pending"])
def test_a_contract_that_begins_later_is_in_force(importer: Importer, status: str) -> None:
    start = {"ContractCommitmentPeriodStart": "2026-09-01", "ContractCommitmentLifecycleStatus": status}
    importer.run_files(charged("c-1"), with_contract(**start))
    assert result() == "fail"


def test_a_file_with_contract_applied_alone_is_refused(importer: Importer) -> None:
    columns = {name: cell for name, cell in V1_4.items() if name != "CommitmentDiscountId"}
    with pytest.raises(CommandError, match="export the file with CommitmentDiscountId, too"):
        importer.run_files(file_of(columns))
    assert not Tenant.objects.filter(key__startswith="Lumen").exists()


@pytest.mark.parametrize(
    ("row", "word"), [(INVOICE, "not whether they were paid"), (PERIOD, "Ignored: Billing Period")]
)
def test_invoice_detail_and_billing_period_files_are_ignored(
    importer: Importer, row: dict[str, str], word: str
) -> None:
    figures = importer.run_files(file_of(V1_4), file_of(row))
    assert (figures["rows"], figures["bad_rows"], figures["tenants_created"]) == (2, 0, 1)
    assert word in importer.stderr


@pytest.mark.parametrize("row", [INVOICE, PERIOD])
def test_files_that_are_all_ignored_exit_with_2_and_write_nothing(importer: Importer, row: dict[str, str]) -> None:
    figures = importer.run_files(file_of(row))
    assert (importer.exit_code, figures["rows"], figures["bad_rows"]) == (2, 1, 0)
    assert figures_of(figures) == ZERO
    assert "change nothing in the portal" in importer.error


def test_an_ignored_row_beside_bad_charges_is_not_an_imported_one(importer: Importer) -> None:
    importer.run_files(file_of({**V1_4, "BillingCurrency": "credits"}), file_of(INVOICE))
    assert importer.exit_code == 2


def test_an_ignored_file_beside_a_good_one_exits_with_0(importer: Importer) -> None:
    importer.run_files(file_of(CONTRACT), file_of(INVOICE))
    assert importer.exit_code == 0


MAY = {"BillingPeriodStart": "2026-05-01", "BillingPeriodEnd": "2026-06-01"}
WITHOUT_APPLIED = {name: cell for name, cell in V1_4.items() if name != "ContractApplied"}


def of_discount(number: str, **changes: str) -> str:
    return file_of({**WITHOUT_APPLIED, "CommitmentDiscountId": number, **changes})


@pytest.mark.usefixtures("summer")
def test_a_complete_file_without_contract_applied_ends_nothing_that_only_this_column_names(importer: Importer) -> None:
    importer.run_files(charged("c-1", **MAY))
    figures = importer.run_files(of_discount("cd-2"), options=("--complete",))
    assert (figures["commitments_ended"], figures["commitments_unseen"]) == (0, 1)
    assert CommerceContract.objects.get(number="c-1").ended_at is None
    assert importer.run_files(charged(), options=("--complete",))["commitments_ended"] == 1


@pytest.mark.usefixtures("summer")
@pytest.mark.parametrize("kind", [{}, {"CommitmentDiscountCategory": "Usage"}])
def test_a_complete_file_without_contract_applied_ends_what_a_discount_id_named(
    importer: Importer, kind: dict[str, str]
) -> None:
    importer.run_files(charged("cd-1", CommitmentDiscountId="cd-1", **MAY, **kind))
    assert importer.run_files(of_discount(""), options=("--complete",))["commitments_ended"] == 1


@pytest.mark.usefixtures("summer")
def test_a_discount_id_that_names_a_contract_later_lets_such_a_file_end_it(importer: Importer) -> None:
    importer.run_files(charged("cd-1", **MAY | {"BillingPeriodStart": "2026-04-01"}))
    importer.run_files(of_discount("cd-1", **MAY))
    importer.run_files(charged("cd-1", **MAY))
    assert importer.run_files(of_discount(""), options=("--complete",))["commitments_ended"] == 1


@pytest.mark.usefixtures("summer")
def test_one_file_of_the_run_without_the_column_ends_nothing_either(importer: Importer) -> None:
    importer.run_files(charged("c-1", **MAY))
    assert importer.run_files(charged(), of_discount("cd-2"), options=("--complete",))["commitments_ended"] == 0


@pytest.mark.usefixtures("summer")
def test_a_contract_that_moves_to_the_reserved_instances_stays_named_in_contract_applied_only(
    importer: Importer,
) -> None:
    importer.run_files(charged("c-1", **MAY))
    usage = with_contract(
        ContractCommitmentCategory="Usage",
        ContractCommitmentType="",
        ContractCommitmentPeriodEnd="",
        ContractCommitmentLifecycleStatus="",
    )
    importer.run_files(usage)
    assert ReservedInstance.objects.get().is_applied_only
    assert importer.run_files(of_discount("cd-2"), options=("--complete",))["commitments_ended"] == 0
