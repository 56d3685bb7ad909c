"""The kind of a commitment, by category and keywords; undecided if they do not agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.log.sentences import remark_of
from accounts.models import CommerceContract, OperationLogEntry, ReservedInstance, Side
from partners.focus.kinds import Kind, kind_of
from partners.tests.importer import OCTOBER, RESERVATION, ZERO, Importer, answer_for, figures_of, importer, the_tenant

__all__ = ["importer"]

RESERVED, CONTRACT, UNDECIDED = Kind.RESERVATION, Kind.CONTRACT, Kind.UNDECIDED
PLAN = {"CommitmentDiscountId": "ri-1", "CommitmentDiscountType": "Savings Plan"}
UNCLEAR = {"CommitmentDiscountId": "ri-1", "CommitmentDiscountType": "Committed Use Discount"}


@pytest.mark.parametrize(
    ("type_", "category", "kind"),
    [
        ("Reservation", "", RESERVED),
        ("Azure Reservation", "", RESERVED),
        ("Reserved Instance", "", RESERVED),
        ("Reserved Instances (RI)", "", RESERVED),
        ("RESERVED_CAPACITY", "", RESERVED),
        ("AzureReservation", "", RESERVED),
        ("Convertible RI", "", RESERVED),
        ("Resource-based Committed Use Discount", "", RESERVED),
        ("Committed Use Discount", "Usage", RESERVED),
        ("", "Usage", RESERVED),
        ("Reservation", "Usage", RESERVED),
        ("Savings Plan", "", CONTRACT),
        ("SavingsPlans", "", CONTRACT),
        ("Compute savings plan", "Spend", CONTRACT),
        ("Spend-based committed use", "", CONTRACT),
        ("Enterprise Discount Program", "", CONTRACT),
        ("Unreserved savings plan", "", CONTRACT),
        ("Committed Use Discount", "Spend", CONTRACT),
        ("", "spend", CONTRACT),
        ("", "", UNDECIDED),
        ("Committed Use Discount", "", UNDECIDED),
        ("Prepaid card", "", UNDECIDED),
        ("Non-Reserved commitment", "", UNDECIDED),
        ("Savings Plan or Reservation", "", UNDECIDED),
        ("Reservation", "Spend", UNDECIDED),
        ("Savings Plan", "Usage", UNDECIDED),
    ],
)
def test_the_kind_is_what_keywords_and_category_agree_on(type_: str, category: str, kind: Kind) -> None:
    assert kind_of(category, type_) is kind


@pytest.mark.django_db
def test_the_hint_of_an_undecided_commitment_names_both_remedies(importer: Importer) -> None:
    importer.run(UNCLEAR)
    assert CommerceContract.objects.get().is_undecided
    answer = answer_for(code="commerce-contract")
    assert answer.who == (Side.CUSTOMER, Side.PARTNER)
    assert "Harbourline" in answer.hint
    assert "unsubscribe" in answer.hint
    assert answer_for().result == "pass"


@pytest.mark.django_db
def test_the_hint_of_a_contract_names_the_partner_only(importer: Importer) -> None:
    importer.run(PLAN)
    answer = answer_for(code="commerce-contract")
    assert (answer.who, "unsubscribe" in answer.hint) == ((Side.PARTNER,), False)


@pytest.mark.django_db
@pytest.mark.parametrize("first", [PLAN, UNCLEAR])
def test_a_commitment_that_changes_its_kind_moves_and_is_logged(importer: Importer, first: dict[str, str]) -> None:
    importer.run(first)
    assert importer.run({**RESERVATION, **OCTOBER})["tenants_updated"] == 1
    assert not CommerceContract.objects.exists()
    assert ReservedInstance.objects.get().number == "ri-1"
    assert answer_for(code="commerce-contract").result == "pass"
    entry = OperationLogEntry.objects.get(remark_word="commitment-moved")
    assert (entry.customer, remark_of(entry)) == (the_tenant(), "The billing data now call ri-1 a reserved instance")
    assert figures_of(importer.again()) == ZERO


@pytest.mark.django_db
def test_a_reservation_that_becomes_a_contract_moves_too(importer: Importer) -> None:
    importer.run(RESERVATION)
    importer.run({**PLAN, **OCTOBER})
    assert not ReservedInstance.objects.exists()
    assert CommerceContract.objects.get().is_undecided is False


@pytest.mark.django_db
def test_a_commitment_that_is_known_as_both_kinds_stays_as_the_one_that_the_file_names(importer: Importer) -> None:
    importer.run(RESERVATION)
    CommerceContract.objects.create(
        tenant=the_tenant(), number="ri-1", reported_for=ReservedInstance.objects.get().reported_for
    )
    importer.run({**RESERVATION, **OCTOBER})
    assert (ReservedInstance.objects.count(), CommerceContract.objects.count()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("later", [{**UNCLEAR, **OCTOBER}, PLAN | {"BillingPeriodStart": "2025-08-01"}])
def test_undecided_or_older_data_move_nothing(importer: Importer, later: dict[str, str]) -> None:
    importer.run(RESERVATION)
    importer.run(later)
    assert (ReservedInstance.objects.count(), CommerceContract.objects.count()) == (1, 0)
    assert figures_of(importer.again()) == ZERO


@pytest.mark.django_db
def test_undecided_data_do_not_undo_what_was_decided(importer: Importer) -> None:
    importer.run(PLAN)
    importer.run({**UNCLEAR, **OCTOBER})
    assert CommerceContract.objects.get().is_undecided is False


@pytest.mark.django_db
def test_rows_of_one_period_that_contradict_each_other_are_undecided(importer: Importer) -> None:
    importer.run(RESERVATION, PLAN)
    assert CommerceContract.objects.get().is_undecided


@pytest.mark.django_db
def test_a_contract_that_people_keep_is_not_moved(importer: Importer) -> None:
    importer.run({})
    CommerceContract.objects.create(tenant=the_tenant(), number="ri-1", contact="Desk 4")
    importer.run(RESERVATION)
    assert (CommerceContract.objects.get().contact, ReservedInstance.objects.count()) == ("Desk 4", 1)


BOUGHT_ON, END = datetime(2025, 9, 1, tzinfo=UTC), datetime(2099, 9, 1, tzinfo=UTC)


def merged(importer: Importer, contract: dict[str, Any], reserved: dict[str, Any]) -> ReservedInstance:
    """Import October's data, which call a commitment reserved that is known in both tables."""
    importer.run({})
    known = {"tenant": the_tenant(), "number": "ri-1"}
    CommerceContract.objects.create(**known, **({"reported_for": BOUGHT_ON} | contract))
    ReservedInstance.objects.create(**known, **({"reported_for": BOUGHT_ON} | reserved))
    importer.run({**RESERVATION, **OCTOBER})
    assert not CommerceContract.objects.exists()
    assert figures_of(importer.again()) == ZERO
    return ReservedInstance.objects.get()


@pytest.mark.django_db
def test_a_known_term_and_name_survive_the_merge_with_an_existing_row_and_it_is_logged(importer: Importer) -> None:
    row = merged(importer, {"starts_at": BOUGHT_ON, "ends_at": END, "name": "Large"}, {})
    assert (row.starts_at, row.ends_at, row.name) == (BOUGHT_ON, END, "Large")
    entry = OperationLogEntry.objects.get(remark_word="commitment-merged")
    assert (entry.customer, entry.side) == (the_tenant(), Side.VENDOR)
    assert "its two records were merged" in remark_of(entry)


@pytest.mark.django_db
def test_a_merge_overwrites_nothing_that_the_existing_row_knows(importer: Importer) -> None:
    other = {"starts_at": BOUGHT_ON - timedelta(days=9), "ends_at": END + timedelta(days=9), "name": "Small"}
    row = merged(importer, other, {"starts_at": BOUGHT_ON, "ends_at": END, "name": "Large"})
    assert (row.starts_at, row.ends_at, row.name) == (BOUGHT_ON, END, "Large")


@pytest.mark.django_db
def test_a_merge_does_not_take_an_end_that_a_later_charge_contradicts(importer: Importer) -> None:
    assert merged(importer, {"ends_at": BOUGHT_ON + timedelta(days=9)}, {}).ends_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("reserved_start", [END + timedelta(days=1), None])
def test_a_start_that_does_not_fit_the_end_is_replaced_with_it(
    importer: Importer, reserved_start: datetime | None
) -> None:
    row = merged(importer, {"starts_at": BOUGHT_ON, "ends_at": END}, {"starts_at": reserved_start})
    assert (row.starts_at, row.ends_at) == (BOUGHT_ON, END)


@pytest.mark.django_db
def test_a_start_that_is_after_the_known_end_is_not_taken(importer: Importer) -> None:
    assert merged(importer, {"starts_at": END + timedelta(days=1)}, {"ends_at": END}).starts_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("reported_for", [None, datetime(2025, 12, 1, tzinfo=UTC)])
def test_an_end_that_people_or_newer_data_report_survives_the_merge(
    importer: Importer, reported_for: datetime | None
) -> None:
    ended_at = datetime(2025, 12, 1, tzinfo=UTC)
    row = merged(importer, {}, {"reported_for": reported_for, "ended_at": ended_at})
    assert row.ended_at == ended_at


@pytest.mark.django_db
def test_an_older_end_of_the_existing_row_does_not_survive_newer_data(importer: Importer) -> None:
    row = merged(importer, {}, {"reported_for": BOUGHT_ON - timedelta(days=31), "ended_at": BOUGHT_ON})
    assert row.ended_at is None
