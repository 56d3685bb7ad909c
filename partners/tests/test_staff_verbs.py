"""Operations of staff (grant a further request, associate a customer), and marking a request as seen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.log.sentences import remark_of
from accounts.models import Operation, OperationLogEntry, User
from accounts.tests.factories import CustomerFactory, MemberFactory
from partners.models import Association, DisassociationRequest, Grant
from partners.operations.associate import AlreadyAssociated, Associated, associate
from partners.operations.grant import grant
from partners.operations.mark_seen import mark_seen
from partners.operations.withdraw import withdraw
from partners.tests.factories import PartnerFactory, RequestFactory


def test_grant_is_logged_with_its_reason_and_valid_for_90_days(staff: User) -> None:
    granted = grant(actor=staff, customer=CustomerFactory(), reason="Typed by mistake")
    assert granted.expires_at - granted.created_at == timedelta(days=90)
    assert "Typed by mistake" in str(remark_of(OperationLogEntry.objects.get(operation=Operation.GRANTED)))


def test_a_grant_needs_a_reason(staff: User) -> None:
    with pytest.raises(PermissionDenied, match="reason"):
        grant(actor=staff, customer=CustomerFactory(), reason=" ")
    assert not Grant.objects.exists()


def test_only_staff_grant(association: Association, customer_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        grant(actor=customer_admin, customer=association.customer, reason="Please")


def test_staff_associate_a_customer(staff: User) -> None:
    answer = associate(
        actor=staff, customer=CustomerFactory(), partner=PartnerFactory(), model="reseller", reason="Contract 7"
    )
    assert isinstance(answer, Associated)
    entry = OperationLogEntry.objects.get(operation=Operation.ASSOCIATED)
    assert (entry.chain, entry.side) == (answer.association.chain, "vendor")


def test_a_customer_has_one_active_association(association: Association, staff: User) -> None:
    answer = associate(
        actor=staff, customer=association.customer, partner=PartnerFactory(), model="referral", reason="Contract 8"
    )
    assert answer == AlreadyAssociated(association)
    assert Association.objects.count() == 1


def test_partner_cannot_be_associated_as_a_customer(staff: User) -> None:
    partner = PartnerFactory()
    with pytest.raises(ValueError, match="customer"):
        associate(actor=staff, customer=partner.tenant, partner=PartnerFactory(), model="reseller", reason="Wrong")


def test_staff_associate_only_with_a_reason(staff: User) -> None:
    with pytest.raises(PermissionDenied, match="reason"):
        associate(actor=staff, customer=CustomerFactory(), partner=PartnerFactory(), model="reseller", reason=" ")
    assert not Association.objects.exists()


def test_only_staff_associate(association: Association, partner_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        associate(
            actor=partner_admin,
            customer=CustomerFactory(),
            partner=association.partner,
            model="reseller",
            reason="Mine",
        )


def test_seen_by_the_counterparty_is_stored_with_one_entry(association: Association, partner_admin: User) -> None:
    request = RequestFactory(association=association)
    assert mark_seen(actor=partner_admin, request=request) is True
    assert mark_seen(actor=partner_admin, request=DisassociationRequest.objects.get(pk=request.pk)) is False
    assert OperationLogEntry.objects.filter(operation=Operation.SEEN).count() == 1


def test_the_initiator_and_members_do_not_mark_it_seen(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association, requested_by=customer_admin)
    assert mark_seen(actor=customer_admin, request=request) is False
    assert mark_seen(actor=MemberFactory(tenant=association.partner.tenant), request=request) is False
    request.refresh_from_db()
    assert request.seen_at is None


def test_a_closed_request_is_not_marked_seen(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = RequestFactory(association=association, requested_by=customer_admin, submitted_at=timezone.now())
    withdraw(actor=customer_admin, request=request)
    request.refresh_from_db()
    assert mark_seen(actor=partner_admin, request=request) is False
