"""Factories of the account models, with minimal defaults."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import factory
from django.db.models import Model
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    Order,
    ReservedInstance,
    SmsDevice,
    SupportPlan,
    Tenant,
    User,
)

PASSWORD = "correct-horse-battery"
M = TypeVar("M", bound=Model)


class RowFactory(DjangoModelFactory[M]):
    """Base factory whose call returns the model type: `CustomerFactory()` is a Tenant."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, **values: Any) -> M: ...  # type: ignore[misc]


class CustomerFactory(RowFactory[Tenant]):
    class Meta:
        model = Tenant

    key = factory.Sequence(lambda n: f"test:{n}")
    kind = Tenant.Kind.CUSTOMER
    name = factory.Sequence(lambda n: f"Customer {n}")
    contact_email = factory.Sequence(lambda n: f"purchasing@customer-{n}.example")
    contact_phone = factory.Sequence(lambda n: f"+1415555{n % 10000:04d}")
    currency = "EUR"


class PartnerTenantFactory(CustomerFactory):
    kind = Tenant.Kind.PARTNER
    name = factory.Sequence(lambda n: f"Partner {n}")
    currency = ""


class UserFactory(RowFactory[User]):
    """By default an administrator of a new customer."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@people.example")
    tenant: Any = factory.SubFactory(CustomerFactory)
    role: Any = User.Role.ADMINISTRATOR
    password = factory.django.Password(PASSWORD)


class MemberFactory(UserFactory):
    role = User.Role.MEMBER


class StaffFactory(UserFactory):
    tenant = None
    role = ""
    is_staff = True
    is_superuser = True


class SmsDeviceFactory(RowFactory[SmsDevice]):
    """A number that was confirmed long ago, past the hold."""

    class Meta:
        model = SmsDevice

    user = factory.SubFactory(UserFactory)
    name = "mobile"
    confirmed = True
    number = factory.Sequence(lambda n: f"+1415555{n % 10000:04d}")
    confirmed_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=200))


class OrderFactory(RowFactory[Order]):
    class Meta:
        model = Order

    number = factory.Sequence(lambda n: f"ORD-{n}")
    ordered_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    amount = Decimal("1240.00")
    currency = "EUR"


class ArrearsFactory(RowFactory[Arrears]):
    class Meta:
        model = Arrears

    amount = Decimal("312.48")
    currency = "EUR"
    credit_limit = Decimal(25000)


class ReservedInstanceFactory(RowFactory[ReservedInstance]):
    class Meta:
        model = ReservedInstance

    number = factory.Sequence(lambda n: f"RI-{n}")


class SupportPlanFactory(RowFactory[SupportPlan]):
    class Meta:
        model = SupportPlan

    number = factory.Sequence(lambda n: f"SUP-{n}")


class CommerceContractFactory(RowFactory[CommerceContract]):
    class Meta:
        model = CommerceContract

    number = factory.Sequence(lambda n: f"SCC-{n}")


class FactFeedFactory(RowFactory[FactFeed]):
    class Meta:
        model = FactFeed
