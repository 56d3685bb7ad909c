"""Commitments that are missing from newer billing data: absence alone never ends one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import FactFeed, FactKind, OperationLogEntry, ReservedInstance, Side, Tenant
from partners.tests.importer import (
    OCTOBER,
    RESERVATION,
    ZERO,
    Importer,
    answer_for,
    csv_of,
    figures_of,
    importer,
    the_tenant,
)

__all__ = ["importer"]

pytestmark = pytest.mark.django_db

BROKEN = '"Lumen","900","broken\n'
OTHER = {"SubAccountId": "200", "SubAccountName": "Elmstead"}
COMPLETE = ("--complete",)


def the_reservation() -> ReservedInstance:
    return ReservedInstance.objects.get()


def feed_of(key: str = "Lumen:100") -> FactFeed:
    return FactFeed.objects.get(tenant__key=key, kind=FactKind.RESERVED_INSTANCES)


def test_a_commitment_that_a_later_period_omits_is_unknown(importer: Importer) -> None:
    importer.run(RESERVATION)
    assert answer_for().result == "fail"
    result = importer.run(OCTOBER)
    assert (result["commitments_ended"], result["commitments_unseen"]) == (0, 1)
    assert "Lumen:100: commitment ri-1 is missing from the data since September 2025" in importer.stderr
    answer = answer_for()
    assert (answer.result, answer.who) == ("unknown", (Side.VENDOR,))
    assert answer.evidence is not None
    assert answer.evidence.rows[0][0::2] == ("ri-1", "Not in the data since September 2025")
    assert "Lumenbridge" in answer.hint


def test_check_fails_while_another_commitment_is_still_named(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run({**RESERVATION, **OCTOBER, "CommitmentDiscountId": "ri-2"})
    answer = answer_for()
    assert answer.result == "fail"
    assert answer.evidence is not None
    assert [row[2] for row in answer.evidence.rows] == ["Not in the data since September 2025", "End not reported"]


def test_a_contract_that_a_later_period_omits_is_unknown_too(importer: Importer) -> None:
    plan = {"CommitmentDiscountId": "sp-1", "CommitmentDiscountType": "Savings Plan"}
    importer.run(plan)
    importer.run(OCTOBER)
    assert answer_for(code="commerce-contract").result == "unknown"


def test_a_second_run_of_the_same_file_changes_nothing(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER)
    before = ReservedInstance.objects.values().get()
    assert figures_of(importer.again()) == ZERO
    assert ReservedInstance.objects.values().get() == before


def test_importing_an_earlier_file_again_leaves_it_unknown(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER)
    assert figures_of(importer.run(RESERVATION)) == ZERO
    assert answer_for().result == "unknown"


def test_a_later_period_that_names_it_makes_it_valid_again(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER)
    importer.run({**RESERVATION, **OCTOBER})
    assert answer_for().result == "fail"
    assert the_reservation().omitted_for is None


@pytest.mark.parametrize(
    "spoiled", [{"InvoiceIssuerName": ""}, {"InvoiceIssuerName": "NULL"}, {"BillingPeriodEnd": "NULL"}]
)
def test_a_null_that_focus_allows_does_not_hide_a_commitment(importer: Importer, spoiled: dict[str, str]) -> None:
    importer.run(RESERVATION)
    result = importer.run(OCTOBER, {**OCTOBER, **RESERVATION, **spoiled})
    assert (result["bad_rows"], result["commitments_unseen"], result["conflicts"]) == (0, 0, 0)
    assert answer_for().result == "fail"


def test_a_customer_whose_issuer_is_null_in_every_row_keeps_its_partner(importer: Importer) -> None:
    importer.run({})
    assert figures_of(importer.run({**OCTOBER, "InvoiceIssuerName": ""}, options=("--adopt",))) == ZERO


def test_a_new_customer_whose_issuer_is_null_in_every_row_is_a_conflict(importer: Importer) -> None:
    result = importer.run({"InvoiceIssuerName": ""})
    assert (result["tenants_created"], result["partners_created"], result["conflicts"]) == (1, 0, 1)
    assert "InvoiceIssuerName is empty in every row" in importer.stderr


@pytest.mark.parametrize(
    "bad",
    [
        {"BillingCurrency": "credits!"},
        {"BillingPeriodStart": "soon"},
        {"BillingPeriodEnd": "2025-09-30"},
        {"CommitmentDiscountId": "x" * 300},
    ],
)
def test_a_bad_row_never_ends_the_commitment_that_it_may_have_named(importer: Importer, bad: dict[str, str]) -> None:
    importer.run(RESERVATION)
    result = importer.run(OCTOBER, {**RESERVATION, **OCTOBER, **bad}, options=COMPLETE)
    assert (result["bad_rows"], result["commitments_ended"], result["commitments_unseen"]) == (1, 0, 1)
    assert answer_for().result == "unknown"


def test_complete_ends_a_commitment_that_a_finished_period_omits(importer: Importer) -> None:
    importer.run(RESERVATION)
    result = importer.run(OCTOBER, options=COMPLETE)
    assert (result["tenants_updated"], result["commitments_ended"], result["commitments_unseen"]) == (1, 1, 0)
    assert the_reservation().ended_at == datetime(2025, 10, 1, tzinfo=UTC)
    assert answer_for().result == "pass"
    assert "Lumen:100: commitment ri-1 ended" in importer.stderr
    entry = OperationLogEntry.objects.get(remark_word="commitments-ended")
    assert (entry.customer, entry.side) == (the_tenant(), Side.VENDOR)
    assert remark_of(entry) == "ri-1 ended, no longer in the billing data"


def test_a_dry_run_shows_what_would_end_and_ends_nothing(importer: Importer) -> None:
    importer.run(RESERVATION)
    result = importer.run(OCTOBER, options=("--complete", "--dry-run"))
    assert result["commitments_ended"] == 1
    assert "ri-1 ended" in importer.stderr
    assert the_reservation().ended_at is None


def test_an_imported_file_can_be_imported_again_with_complete(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run(OCTOBER)
    assert importer.again("--complete")["commitments_ended"] == 1
    assert figures_of(importer.again("--complete")) == ZERO


@pytest.mark.parametrize(("end", "ended"), [("2025-11-01", 1), ("2025-10-20", 1), ("2025-12-01", 0), ("NULL", 0)])
def test_an_unfinished_period_ends_nothing(importer: Importer, end: str, ended: int) -> None:
    importer.run(RESERVATION)
    moment = datetime(2025, 11, 1, tzinfo=UTC) if end != "NULL" else datetime(2025, 10, 31, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert importer.run({**OCTOBER, "BillingPeriodEnd": end}, options=COMPLETE)["commitments_ended"] == ended


def test_a_finished_older_period_ends_what_the_current_one_omits_too(importer: Importer) -> None:
    importer.run(RESERVATION)
    with time_machine.travel(datetime(2025, 11, 5, tzinfo=UTC), tick=False):
        result = importer.run(OCTOBER, {"BillingPeriodStart": "2025-11-01"}, options=COMPLETE)
    assert result["commitments_ended"] == 1
    assert the_reservation().ended_at == datetime(2025, 10, 1, tzinfo=UTC)


def test_a_bad_row_of_another_customer_has_no_effect(importer: Importer) -> None:
    importer.run(RESERVATION)
    result = importer.run(OCTOBER, {**OCTOBER, **OTHER, "BillingCurrency": "credits!"}, options=COMPLETE)
    assert (result["bad_rows"], result["commitments_ended"]) == (1, 1)


@pytest.mark.parametrize(
    "tail",
    [
        BROKEN,
        "too,few\n",
        csv_of(OCTOBER).splitlines()[-1],  # without its line break
        csv_of({**OCTOBER, "SubAccountId": "", "BillingAccountId": ""}).splitlines()[-1] + "\n",
    ],
)
def test_a_bad_row_without_a_customer_affects_every_customer(importer: Importer, tail: str) -> None:
    importer.run(RESERVATION, OTHER)
    FactFeed.objects.update(synced_at=None)
    result = importer.run(OCTOBER, {**OCTOBER, **OTHER}, options=COMPLETE, tail=tail)
    assert (result["bad_rows"], result["commitments_ended"], result["commitments_unseen"]) == (1, 0, 1)
    assert (feed_of().synced_at, feed_of("Lumen:200").synced_at) == (None, None)


def test_a_row_without_a_provider_affects_the_customers_of_its_billing_account(importer: Importer) -> None:
    stranger = {**OCTOBER, "SubAccountId": "300", "BillingAccountId": "901"}
    importer.run(RESERVATION, stranger)
    FactFeed.objects.update(synced_at=None)
    importer.run(OCTOBER, stranger, {**OCTOBER, "ProviderName": ""}, options=COMPLETE)
    assert the_reservation().ended_at is None
    assert feed_of().synced_at is None
    assert feed_of("Lumen:300").synced_at is not None


def test_a_bad_row_in_another_file_of_the_run_has_the_same_effect(importer: Importer) -> None:
    importer.run(RESERVATION)
    september = csv_of({"BillingCurrency": "credits!"})
    assert importer.run_files(csv_of(OCTOBER), september, options=COMPLETE)["commitments_ended"] == 0
    assert importer.run_files(csv_of(OCTOBER), csv_of(OTHER), options=COMPLETE)["commitments_ended"] == 1


def test_several_files_are_one_import(importer: Importer) -> None:
    result = importer.run_files(csv_of(OCTOBER), csv_of(RESERVATION, OTHER))
    assert (result["rows"], result["tenants_created"], result["commitments_unseen"]) == (3, 2, 1)


def test_files_are_refused_if_only_one_lacks_commitment_columns(importer: Importer) -> None:
    with pytest.raises(Exception, match="CommitmentDiscountId"):
        importer.run_files(csv_of(RESERVATION), csv_of(OCTOBER, without="CommitmentDiscountId"))


def test_a_first_import_with_a_bad_row_leaves_the_feed_external_and_never_synced(importer: Importer) -> None:
    importer.run({}, {**RESERVATION, "BillingCurrency": "credits!"})
    assert (feed_of().keeper, feed_of().synced_at) == ("external", None)
    assert answer_for().result == "unknown"
    importer.run({}, RESERVATION)
    assert feed_of().synced_at is not None
    assert answer_for().result == "fail"


def test_a_later_import_with_a_bad_row_does_not_stamp_the_feed(importer: Importer) -> None:
    with time_machine.travel(datetime(2025, 10, 2, tzinfo=UTC), tick=False):
        importer.run({})
        first = timezone.now()
    importer.run({}, {"BillingCurrency": "credits!"})
    assert feed_of().synced_at == first


def test_a_bad_row_makes_a_portal_kept_kind_external_and_unknown(importer: Importer) -> None:
    importer.run({}, without="CommitmentDiscountId")
    assert answer_for().result == "pass"
    importer.run({}, {"BillingCurrency": "credits!"})
    assert answer_for().result == "unknown"


def test_commitments_of_unassigned_rows_stay_with_their_billing_account(importer: Importer) -> None:
    unassigned = {"SubAccountId": "Unassigned", "SubAccountName": "Unassigned", **RESERVATION}
    importer.run({}, unassigned, {**unassigned, "BillingAccountId": "901", "CommitmentDiscountId": "ri-2"})
    held = ReservedInstance.objects.order_by("number").values_list("tenant__key", "number")
    assert list(held) == [("Lumen:900", "ri-1"), ("Lumen:901", "ri-2")]
    assert not Tenant.objects.filter(key__icontains="unassigned").exists()
