"""Factories of partners, associations and requests."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Side, User
from accounts.tests.factories import CustomerFactory, PartnerTenantFactory, RowFactory, SmsDeviceFactory, UserFactory
from partners.models import Association, DisassociationRequest, Partner, Policy, Statement


class PartnerFactory(RowFactory[Partner]):
    class Meta:
        model = Partner

    tenant = factory.SubFactory(PartnerTenantFactory)


class AssociationFactory(RowFactory[Association]):
    class Meta:
        model = Association

    customer = factory.SubFactory(CustomerFactory)
    partner = factory.SubFactory(PartnerFactory)
    model = Association.Model.RESELLER
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))


class RequestFactory(RowFactory[DisassociationRequest]):
    """A pending request of the customer, submitted now."""

    class Meta:
        model = DisassociationRequest

    association = factory.SubFactory(AssociationFactory)
    customer = factory.SelfAttribute("association.customer")
    partner = factory.SelfAttribute("association.partner")
    initiator = Side.CUSTOMER
    requested_by: Any = factory.LazyAttribute(
        lambda request: UserFactory(
            tenant=request.customer if request.initiator == Side.CUSTOMER else request.partner.tenant
        )
    )
    reason = factory.LazyAttribute(lambda request: "" if request.initiator == Side.CUSTOMER else "Because.")
    policy = factory.LazyFunction(Policy.current)
    statement = factory.LazyFunction(Statement.current)
    submitted_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyAttribute(lambda request: request.submitted_at + timedelta(days=10))


def administrator_with_number(association: Association, *, of_partner: bool = False) -> User:
    """Create an administrator of one side, with a confirmed number."""
    tenant = association.partner.tenant if of_partner else association.customer
    user = UserFactory(tenant=tenant)
    SmsDeviceFactory(user=user)
    return user
