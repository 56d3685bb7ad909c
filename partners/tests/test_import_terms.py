"""The term of a commitment, from its purchase row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import CommerceContract
from partners.tests.importer import ZERO, Importer, answer_for, figures_of, importer

__all__ = ["importer"]

pytestmark = pytest.mark.django_db

MAY = {"BillingPeriodStart": "2025-05-01", "BillingPeriodEnd": "2025-06-01", "ChargeCategory": "Usage"}
PLAN = {"CommitmentDiscountId": "cd-9", "CommitmentDiscountCategory": "Spend", "CommitmentDiscountName": "Annual plan"}
BOUGHT = {
    **PLAN,
    "BillingPeriodStart": "2025-04-01T00:00:00Z",
    "BillingPeriodEnd": "2025-05-01T00:00:00Z",
    "ChargeCategory": "Purchase",
    "ChargePeriodStart": "2025-04-01T00:00:00Z",
    "ChargePeriodEnd": "2026-04-01T00:00:00Z",
}
END = datetime(2026, 4, 1, tzinfo=UTC)


def result_at(year: int, month: int, importer: Importer, *rows: dict[str, str], options: tuple[str, ...] = ()) -> str:
    with time_machine.travel(datetime(year, month, 15, tzinfo=UTC), tick=False):
        importer.run(*rows, options=options)
        return str(answer_for(code="commerce-contract").result)


def the_plan() -> CommerceContract:
    return CommerceContract.objects.get()


@pytest.mark.parametrize("options", [(), ("--complete",)])
def test_a_plan_runs_for_the_term_of_its_purchase_though_later_months_do_not_name_it(
    importer: Importer, options: tuple[str, ...]
) -> None:
    assert result_at(2025, 6, importer, BOUGHT, MAY, options=options) == "fail"
    assert (the_plan().starts_at, the_plan().ends_at) == (datetime(2025, 4, 1, tzinfo=UTC), END)
    assert figures_of(importer.again(*options)) == ZERO


def test_a_plan_that_was_bought_for_a_later_start_is_in_force(importer: Importer) -> None:
    later = {**BOUGHT, "ChargePeriodStart": "2025-08-01T00:00:00Z"}
    assert result_at(2025, 6, importer, later) == "fail"


def test_a_plan_ends_with_its_term(importer: Importer) -> None:
    assert result_at(2026, 3, importer, BOUGHT, MAY) == "fail"
    assert result_at(2026, 4, importer, BOUGHT, MAY) == "pass"


def test_the_term_of_a_plan_is_shown(importer: Importer) -> None:
    result_at(2025, 6, importer, BOUGHT)
    with time_machine.travel(datetime(2025, 6, 15, tzinfo=UTC), tick=False):
        evidence = answer_for(code="commerce-contract").evidence
    assert evidence is not None
    assert evidence.rows[0][-1] == END


@pytest.mark.parametrize(
    "change",
    [
        {"ChargeFrequency": "Recurring", "ChargePeriodEnd": "2025-07-01"},
        {"ChargeFrequency": "Usage-Based"},
        {"ChargePeriodEnd": "2025-05-01"},  # within the billing period: it may be an instalment
        {"ChargePeriodEnd": "NULL"},
        {"ChargeClass": "Correction"},
        {"ChargeCategory": "Usage"},
        {"ChargeCategory": "Adjustment"},
    ],
)
def test_a_row_that_is_not_a_full_purchase_sets_no_term(importer: Importer, change: dict[str, str]) -> None:
    assert result_at(2025, 6, importer, {**BOUGHT, **change}, MAY) == "unknown"
    assert the_plan().ends_at is None


@pytest.mark.parametrize("change", [{"ChargeFrequency": "One-Time"}, {"ChargeCategory": " purchase "}])
def test_a_full_purchase_sets_the_term(importer: Importer, change: dict[str, str]) -> None:
    importer.run({**BOUGHT, **change})
    assert the_plan().ends_at == END


@pytest.mark.parametrize("change", [{"ChargePeriodEnd": "next year"}, {"ChargePeriodEnd": "2025-03-01"}])
def test_an_invalid_term_is_a_bad_row(importer: Importer, change: dict[str, str]) -> None:
    assert importer.run({**BOUGHT, **change})["bad_rows"] == 1
    assert "ChargePeriodEnd" in importer.stderr


def test_a_renewal_lengthens_the_term_and_an_old_file_does_not_shorten_it(importer: Importer) -> None:
    renewed = {**BOUGHT, "BillingPeriodStart": "2026-04-01", "BillingPeriodEnd": "2026-05-01"}
    importer.run({**renewed, "ChargePeriodStart": "2026-04-01", "ChargePeriodEnd": "2029-04-01"})
    importer.run(BOUGHT)
    assert the_plan().ends_at == datetime(2029, 4, 1, tzinfo=UTC)


def test_a_month_after_its_end_that_names_it_clears_the_end(importer: Importer) -> None:
    later = {**MAY, **PLAN, "BillingPeriodStart": "2026-05-01", "BillingPeriodEnd": "2026-06-01"}
    assert result_at(2026, 6, importer, BOUGHT, later) == "fail"
    assert the_plan().ends_at is None
    assert figures_of(importer.again()) == ZERO
