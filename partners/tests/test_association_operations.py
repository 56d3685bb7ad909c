"""Ending an association, changing its model, and clearing the credit limit."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import Arrears, FactFeed, FactKind, Operation, OperationLogEntry, Side, User
from accounts.tests.factories import ArrearsFactory, CustomerFactory, FactFeedFactory, UserFactory
from partners.models import Association
from partners.operations.approve import approve
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.complete import complete
from partners.operations.outcomes import Done
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory
from partners.tests.pages import get
from partners.tests.way import submit

AT = timezone.now() - timedelta(minutes=5)
MY_PARTNER, ACCOUNT = "/my-partner/", "/account/"


def end(association: Association, side: Side = Side.CUSTOMER, at: datetime = AT) -> Any:
    return end_association(association=association, side=side, at=at)


def limit_of(association: Association) -> Any:
    return Arrears.objects.get(tenant=association.customer).credit_limit


def kept_elsewhere(association: Association) -> None:
    FactFeedFactory(
        tenant=association.customer, kind=FactKind.ARREARS, keeper=FactFeed.Keeper.EXTERNAL, synced_at=timezone.now()
    )


def test_an_association_ends_at_a_time_by_a_side(association: Association) -> None:
    assert end(association, Side.PARTNER) is None  # there was no credit limit
    association.refresh_from_db()
    assert (association.ended_at, association.ended_by) == (AT, Side.PARTNER)


def test_an_association_ends_once(association: Association) -> None:
    end(association)
    ArrearsFactory(tenant=association.customer)  # a later reseller's
    assert end(association, Side.VENDOR, timezone.now()) is None
    association.refresh_from_db()
    assert (association.ended_at, association.ended_by) == (AT, Side.CUSTOMER)
    assert limit_of(association) == 25000


def test_only_a_customer_is_associated(db: None) -> None:
    with pytest.raises(ValueError, match="customer"):
        begin_association(
            actor=None,
            side=Side.VENDOR,
            customer=PartnerFactory().tenant,
            partner=PartnerFactory(),
            model="referral",
            reason="Wrong",
        )
    assert not Association.objects.exists()


# --- the credit limit


def test_the_credit_limit_ends_with_its_reseller_and_the_entry_says_so(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    ArrearsFactory(tenant=association.customer, amount=0)
    assert isinstance(approve(actor=partner_admin, request=request), Done)
    assert limit_of(association) == 0
    entry = OperationLogEntry.objects.get(operation=Operation.COMPLETED)
    assert remark_of(entry) == "The credit limit of EUR 25,000.00 ended"


def test_a_completion_by_the_clock_clears_it_as_well(association: Association) -> None:
    now = timezone.now()
    request = RequestFactory(
        association=association, status="approved", decided_at=now, decided_by="partner", complete_at=now
    )
    ArrearsFactory(tenant=association.customer, amount=0)
    assert isinstance(complete(request=request), Done)
    assert limit_of(association) == 0


def test_a_limit_that_another_system_keeps_stays_and_the_entry_says_nothing(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    ArrearsFactory(tenant=association.customer, amount=0)
    kept_elsewhere(association)
    assert isinstance(approve(actor=partner_admin, request=request), Done)
    assert limit_of(association) == 25000
    assert remark_of(OperationLogEntry.objects.get(operation=Operation.COMPLETED)) == ""


def test_the_end_of_a_referral_clears_what_an_earlier_reseller_granted_and_does_not_name_it(
    referral: Association,
) -> None:
    ArrearsFactory(tenant=referral.customer)
    assert end(referral) is None
    assert limit_of(referral) == 0


def test_a_reseller_that_becomes_a_referral_grants_no_credit_any_more(association: Association) -> None:
    ArrearsFactory(tenant=association.customer)
    change_model(association=association, model="referral")
    association.refresh_from_db()
    assert (association.model, association.is_active, limit_of(association)) == ("referral", True, 0)


def test_a_referral_that_becomes_a_reseller_keeps_what_is_known(referral: Association) -> None:
    ArrearsFactory(tenant=referral.customer)
    change_model(association=referral, model="reseller")
    referral.refresh_from_db()
    assert (referral.model, limit_of(referral)) == ("reseller", 25000)


# --- where it is shown


@pytest.mark.parametrize("path", [MY_PARTNER, ACCOUNT])
def test_the_customer_of_a_reseller_sees_its_credit_limit(
    association: Association, customer_admin: User, path: str
) -> None:
    ArrearsFactory(tenant=association.customer, credit_used=300)
    page = re.sub(r"<[^>]+>", "", get(customer_admin, path))
    assert "Credit limit" in page
    assert "EUR 25,000.00" in page
    assert "EUR 300.00" in page


@pytest.mark.parametrize("path", [MY_PARTNER, ACCOUNT])
def test_the_customer_of_a_referral_is_shown_no_credit_limit(referral: Association, path: str) -> None:
    ArrearsFactory(tenant=referral.customer, credit_used=300)
    assert_no_credit(get(UserFactory(tenant=referral.customer), path))


@pytest.mark.parametrize("path", [MY_PARTNER, ACCOUNT])
def test_customer_without_a_partner_sees_no_credit_limit(db: None, path: str) -> None:
    user = UserFactory(tenant=CustomerFactory())
    ArrearsFactory(tenant=user.tenant, credit_used=300)
    assert_no_credit(get(user, path))


@pytest.mark.parametrize("path", [MY_PARTNER, ACCOUNT])
def test_a_limit_that_another_system_keeps_is_hidden_once_the_association_has_ended(
    association: Association, customer_admin: User, path: str
) -> None:
    ArrearsFactory(tenant=association.customer, credit_used=300)
    kept_elsewhere(association)
    end(association)
    assert limit_of(association) == 25000
    assert_no_credit(get(customer_admin, path))


@pytest.mark.parametrize("path", [MY_PARTNER, ACCOUNT])
def test_the_next_reseller_begins_without_a_credit_limit(
    association: Association, customer_admin: User, path: str
) -> None:
    ArrearsFactory(tenant=association.customer, credit_used=300)
    end(association)
    AssociationFactory(customer=association.customer)
    page = get(customer_admin, path)
    assert "Credit limit" in page
    assert "25,000.00" not in page
    assert "300.00" not in page


def assert_no_credit(page: str) -> None:
    assert "redit" not in page
    assert "25,000.00" not in page
    assert "300.00" not in page


# --- one place each

OTHERS = re.compile(r"/(tests|migrations)/")
WRITES = {
    r"\bended_by=\w|\.ended_by = ": "partners/operations/association.py",
    r"\bupdate\(currency=|\.currency = ": "accounts/operations/currency.py",
}


@pytest.mark.parametrize("pattern", WRITES)
def test_an_association_ends_and_a_currency_is_set_in_one_place_each(pattern: str) -> None:
    places = [
        path.relative_to(settings.BASE_DIR).as_posix()
        for app in ("accounts", "partners", "portal")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if not OTHERS.search(path.as_posix()) and re.search(pattern, path.read_text())
    ]
    assert places == [WRITES[pattern]]
