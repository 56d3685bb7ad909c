"""`manage.py import_focus`: the rows it writes, the rows it never changes, and its messages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    Operation,
    OperationLogEntry,
    ReservedInstance,
    Side,
    Tenant,
    User,
)
from accounts.tests.factories import ArrearsFactory
from partners.models import Association, DisassociationRequest, Partner, Policy, Statement
from partners.tests.importer import OCTOBER, RESERVATION, ZERO, Importer, figures_of, importer, the_tenant

__all__ = ["importer"]

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """Return all rows that an import may write, without the time of the run."""
    tables: list[Any] = [Tenant, Partner, Association, ReservedInstance, CommerceContract, OperationLogEntry]
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return [*rows, list(FactFeed.objects.order_by("pk").values("tenant", "kind", "keeper"))]


def test_it_makes_the_customer_the_partner_and_the_association(importer: Importer) -> None:
    result = importer.run({}, {})
    assert {**result, "seconds": 0} == {
        "rows": 2, "bad_rows": 0, "tenants_created": 1, "tenants_updated": 0, "partners_created": 1, "conflicts": 0,
        "commitments_ended": 0, "commitments_unseen": 0, "seconds": 0,
    }  # fmt: skip
    association = Association.objects.get()
    assert (association.customer.name, association.customer.currency) == ("Northfield Traders", "EUR")
    assert (association.partner.tenant.key, association.model) == ("issuer:Harbourline Systems", "reseller")
    assert association.partner.tenant.kind == Tenant.Kind.PARTNER


def test_the_association_is_logged(importer: Importer) -> None:
    importer.run({})
    entry = OperationLogEntry.objects.get(operation=Operation.ASSOCIATED)
    assert (entry.side, entry.customer, entry.chain) == (Side.VENDOR, the_tenant(), Association.objects.get().chain)


def test_the_model_is_the_option_of_the_operator(importer: Importer) -> None:
    importer.run({}, options=("--model", "referral"))
    assert Association.objects.get().model == "referral"


def test_a_null_sub_account_is_the_billing_account(importer: Importer) -> None:
    importer.run({"SubAccountId": "NULL"}, {"SubAccountId": ""})
    assert the_tenant("Lumen:900").name == "Northfield Group"


def test_customer_without_a_name_gets_its_id_as_name(importer: Importer) -> None:
    importer.run({"SubAccountName": "NULL"})
    assert the_tenant().name == "100"


def test_a_second_run_changes_nothing_but_the_time_of_the_run(importer: Importer) -> None:
    with time_machine.travel(datetime(2025, 11, 1, tzinfo=UTC), tick=False):
        importer.run({}, RESERVATION, {"SubAccountId": "NULL"})
    before = everything()
    with time_machine.travel(datetime(2025, 11, 2, tzinfo=UTC), tick=False):
        result = importer.again()
        now = timezone.now()
    assert everything() == before
    assert figures_of(result) == ZERO
    assert set(FactFeed.objects.filter(keeper="external").values_list("synced_at", flat=True)) == {now}


def test_a_dry_run_writes_nothing_and_prints_the_same_figures(importer: Importer) -> None:
    rehearsed = importer.run({}, RESERVATION, {"SubAccountId": "101"}, options=("--dry-run",))
    assert not Tenant.objects.exists()
    assert not OperationLogEntry.objects.exists()
    assert figures_of(importer.again()) == figures_of(rehearsed)


def test_kinds_in_the_file_become_external_and_others_stay_with_the_portal(importer: Importer) -> None:
    importer.run({})
    feeds = dict(FactFeed.objects.values_list("kind", "keeper"))
    external = {FactKind.RESERVED_INSTANCES, FactKind.COMMERCE_CONTRACTS}
    assert feeds == {kind: "external" if kind in external else "portal" for kind in FactKind}


def test_a_file_without_commitments_makes_no_kind_external(importer: Importer) -> None:
    importer.run({}, without="CommitmentDiscountId")
    assert set(FactFeed.objects.values_list("keeper", flat=True)) == {"portal"}


def test_no_import_gives_a_kind_back_to_the_portal(importer: Importer) -> None:
    importer.run({})
    FactFeed.objects.update(keeper="external", synced_at=None)
    assert figures_of(importer.run({}, without="CommitmentDiscountId")) == ZERO
    assert set(FactFeed.objects.values_list("keeper", "synced_at")) == {("external", None)}


def test_a_reservation_is_a_reserved_instance_and_any_other_a_contract(importer: Importer) -> None:
    importer.run(RESERVATION, {"CommitmentDiscountId": "sp-1", "CommitmentDiscountType": "Savings Plan"})
    reserved, contract = ReservedInstance.objects.get(), CommerceContract.objects.get()
    assert (reserved.number, contract.number) == ("ri-1", "sp-1")
    assert (reserved.ends_at, reserved.ended_at, reserved.reported_for) == (
        None,
        None,
        datetime(2025, 9, 1, tzinfo=UTC),
    )


def test_a_commitment_stays_in_force_while_later_periods_name_it(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run({**RESERVATION, **OCTOBER})
    reserved = ReservedInstance.objects.get()
    assert (reserved.ended_at, reserved.reported_for) == (None, datetime(2025, 10, 1, tzinfo=UTC))


def test_an_earlier_file_read_again_does_not_revive_a_commitment(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER, options=("--complete",))
    assert figures_of(importer.run(RESERVATION)) == ZERO
    assert ReservedInstance.objects.get().ended_at is not None


def test_a_later_period_that_names_it_again_revives_a_commitment(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER, options=("--complete",))
    importer.run({**RESERVATION, "BillingPeriodStart": "2025-11-01"})
    assert ReservedInstance.objects.get().ended_at is None


def test_a_commitment_of_a_customer_that_the_file_does_not_name_stays(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run({**OCTOBER, "SubAccountId": "200"}, options=("--complete",))
    assert ReservedInstance.objects.get().ended_at is None


def test_a_commitment_that_people_keep_is_not_ended_by_a_file(importer: Importer) -> None:
    importer.run({})
    ReservedInstance.objects.create(tenant=the_tenant(), number="own")
    importer.run(OCTOBER, options=("--complete",))
    own = ReservedInstance.objects.get()
    assert (own.ended_at, own.omitted_for) == (None, None)


def test_an_empty_currency_is_set_and_logged(importer: Importer) -> None:
    importer.run({"BillingCurrency": "NULL"})
    assert importer.run({})["tenants_updated"] == 1
    assert the_tenant().currency == "EUR"
    assert OperationLogEntry.objects.filter(operation=Operation.CURRENCY_SET).count() == 1


def test_a_currency_is_never_cleared(importer: Importer) -> None:
    importer.run({})
    assert figures_of(importer.run({"BillingCurrency": "NULL"})) == ZERO
    assert the_tenant().currency == "EUR"


def test_another_currency_is_a_conflict(importer: Importer) -> None:
    importer.run({})
    assert figures_of(importer.run({"BillingCurrency": "USD"})) == {**ZERO, "conflicts": 1}
    assert the_tenant().currency == "EUR"
    assert "Lumen:100: the currency is EUR in the portal, USD in the file: kept" in importer.stderr


def test_another_currency_is_adopted_as_a_logged_operation(importer: Importer) -> None:
    importer.run({})
    assert importer.run({"BillingCurrency": "USD"}, options=("--adopt",))["tenants_updated"] == 1
    assert the_tenant().currency == "USD"
    assert remark_of(OperationLogEntry.objects.get(operation=Operation.ADOPTED)) == "currency changed from EUR to USD"
    assert figures_of(importer.again("--adopt")) == ZERO


def test_a_new_name_is_taken_over(importer: Importer) -> None:
    importer.run({})
    assert importer.run({"SubAccountName": "Northfield"})["tenants_updated"] == 1
    assert the_tenant().name == "Northfield"


def test_a_missing_name_changes_nothing(importer: Importer) -> None:
    importer.run({})
    assert figures_of(importer.run({"SubAccountName": "NULL"})) == ZERO


def test_an_active_association_is_never_replaced(importer: Importer) -> None:
    importer.run({})
    result = importer.run({"InvoiceIssuerName": "Fjordlink"})
    assert figures_of(result) == {**ZERO, "partners_created": 1, "conflicts": 1}
    assert Association.objects.get().partner.tenant.name == "Harbourline Systems"


def test_another_issuer_is_adopted_as_a_logged_operation(importer: Importer) -> None:
    importer.run({})
    assert importer.run({"InvoiceIssuerName": "Fjordlink"}, options=("--adopt",))["conflicts"] == 1
    old, new = Association.objects.order_by("pk")
    assert (old.ended_by, new.partner.tenant.name, new.is_active) == (Side.VENDOR, "Fjordlink", True)
    assert OperationLogEntry.objects.get(operation=Operation.ADOPTED).chain == old.chain
    assert figures_of(importer.again("--adopt")) == ZERO


def test_the_credit_limit_ends_with_the_reseller_that_an_import_replaces(importer: Importer) -> None:
    importer.run({})
    ArrearsFactory(tenant=the_tenant())
    importer.run({"InvoiceIssuerName": "Fjordlink"})
    assert Arrears.objects.get().credit_limit == 25000
    importer.again("--adopt")
    assert Arrears.objects.get().credit_limit == 0
    entry = OperationLogEntry.objects.get(operation=Operation.ADOPTED)
    assert remark_of(entry) == (
        "association changed from Harbourline Systems (reseller) to Fjordlink (reseller), "
        "and the credit limit of EUR 25,000.00 ended"
    )


def test_a_dry_run_that_would_adopt_ends_no_credit_limit(importer: Importer) -> None:
    importer.run({})
    ArrearsFactory(tenant=the_tenant())
    importer.run({"InvoiceIssuerName": "Fjordlink"}, options=("--adopt", "--dry-run"))
    assert Arrears.objects.get().credit_limit == 25000
    assert Association.objects.get().is_active


def test_another_model_is_a_conflict_and_can_be_adopted(importer: Importer) -> None:
    importer.run({})
    assert importer.again("--model", "referral")["conflicts"] == 1
    assert Association.objects.get().model == "reseller"
    importer.again("--model", "referral", "--adopt")
    assert Association.objects.get().model == "referral"


def test_an_association_with_an_open_request_is_not_adopted(importer: Importer) -> None:
    importer.run({})
    association, now = Association.objects.get(), timezone.now()
    user = User.objects.create_user("admin", "admin@x.example", tenant=association.customer, role="administrator")
    DisassociationRequest.objects.create(
        association=association, customer=association.customer, partner=association.partner, initiator=Side.CUSTOMER,
        requested_by=user, policy=Policy.current(), statement=Statement.current(), submitted_at=now, due_at=now,
    )  # fmt: skip
    importer.run({"InvoiceIssuerName": "Fjordlink"}, options=("--adopt",))
    assert Association.objects.get().is_active
    assert "a request is open" in importer.stderr


def end_the_association() -> None:
    Association.objects.update(ended_at=timezone.now(), ended_by=Side.CUSTOMER)


def test_an_ended_association_is_never_reopened(importer: Importer) -> None:
    importer.run({})
    end_the_association()
    assert figures_of(importer.again()) == {**ZERO, "conflicts": 1}
    assert not Association.objects.get().is_active


def test_a_former_customer_is_not_associated_with_another_issuer_either(importer: Importer) -> None:
    importer.run({})
    end_the_association()
    importer.run({"InvoiceIssuerName": "Fjordlink"})
    assert Association.objects.count() == 1


def test_former_customer_is_associated_again_only_with_adopt(importer: Importer) -> None:
    importer.run({})
    end_the_association()
    importer.again("--adopt")
    assert Association.objects.active().count() == 1
    assert Association.objects.former().count() == 1
    assert OperationLogEntry.objects.filter(operation=Operation.ADOPTED).count() == 1


def test_customers_of_a_direct_issuer_stay_without_a_partner(importer: Importer) -> None:
    result = importer.run({}, {"SubAccountId": "5", "InvoiceIssuerName": "Lumen"}, options=("--direct", "Lumen"))
    assert result["partners_created"] == 2
    assert Association.objects.get().customer == the_tenant()


def test_a_direct_issuer_that_the_file_does_not_name_is_reported(importer: Importer) -> None:
    importer.run({}, options=("--direct", "Lumne"))
    assert "--direct Lumne" in importer.stderr


def test_several_issuers_of_one_customer_are_a_conflict(importer: Importer) -> None:
    result = importer.run({"InvoiceIssuerName": "Fjordlink"}, {}, {})
    assert result["conflicts"] == 1
    assert Association.objects.get().partner.tenant.name == "Harbourline Systems"


def test_a_partner_key_is_never_imported_as_a_customer(importer: Importer) -> None:
    Tenant.objects.create(key="Lumen:100", kind=Tenant.Kind.PARTNER, name="Taken")
    assert importer.run({})["conflicts"] == 1
    assert the_tenant().name == "Taken"


def test_bad_records_are_reported_by_line_and_the_rest_is_imported(importer: Importer) -> None:
    good = '"Lumen","900","G","777","Late","EUR","2025-09-01","Harbourline Systems","","",""'
    tail = f'"Lumen","broken\ntoo,few\n{good},"two\nlines"\n{good.replace("EUR", "euro")},x\n{good},x\n'
    result = importer.run({}, tail=tail)
    assert (result["rows"], result["bad_rows"]) == (6, 3)
    assert the_tenant("Lumen:777").name == "Late"
    for start in ("line 3: a quote", "line 4: it has 2 cells", "line 7: BillingCurrency"):
        assert start in importer.stderr


@pytest.mark.parametrize("name", ["ProviderName", "BillingAccountId", "BillingCurrency", "InvoiceIssuerName"])
def test_a_missing_column_stops_the_import(importer: Importer, name: str) -> None:
    with pytest.raises(CommandError, match=name):
        importer.run({}, without=name)
    assert not Tenant.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0"])
def test_a_file_that_is_not_csv_stops_the_import(importer: Importer, content: bytes) -> None:
    importer.path.write_bytes(content)
    with pytest.raises(CommandError, match="focus"):
        importer.again()


def test_a_directory_or_a_missing_file_stops_the_import(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        importer.again()
    importer.path = tmp_path
    with pytest.raises(CommandError, match="directory"):
        importer.again()
