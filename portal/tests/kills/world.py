"""The users of the kill tests: customers that can disassociate, and partners that decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import SmsDevice, Tenant, User
from accounts.tests.factories import PASSWORD
from partners.models import Association, Partner

PARTNERS = 4
ADMINISTRATORS = 2  # of each partner
REFERRAL_EVERY = 8  # every 8th customer is a referral and needs no consent


@dataclass(frozen=True)
class Person:
    """An administrator with their addresses for notices."""

    pk: int
    username: str
    email: str
    number: str


@dataclass(frozen=True)
class Customer:
    administrator: Person
    partner: tuple[Person, ...]
    association: int
    is_referral: bool

    @property
    def people(self) -> tuple[Person, ...]:
        """Return all recipients of notices about this customer's request."""
        return (self.administrator, *self.partner)


def build(customers: int) -> list[Customer]:
    """Create partners and associated customers with administrators, who sign in with PASSWORD."""
    password = make_password(PASSWORD, hasher="argon2")
    numbers = iter(range(1000, 10_000))
    partners = []
    for n in range(PARTNERS):
        tenant = Tenant.objects.create(key=f"partner:{n}", kind=Tenant.Kind.PARTNER, name=f"Harbour {n}")
        people = [_person(tenant, f"partner-{n}-{m}", password, next(numbers)) for m in range(ADMINISTRATORS)]
        partners.append((Partner.objects.create(tenant=tenant), tuple(people)))
    return [_customer(n, *partners[n % PARTNERS], password, next(numbers)) for n in range(customers)]


def _customer(n: int, partner: Partner, deciders: tuple[Person, ...], password: str, number: int) -> Customer:
    is_referral = n % REFERRAL_EVERY == REFERRAL_EVERY - 1
    tenant = Tenant.objects.create(key=f"customer:{n}", kind=Tenant.Kind.CUSTOMER, name=f"Trader {n}", currency="EUR")
    association = Association.objects.create(
        customer=tenant,
        partner=partner,
        model=Association.Model.REFERRAL if is_referral else Association.Model.RESELLER,
        started_at=timezone.now() - timedelta(days=400),
    )
    return Customer(_person(tenant, f"customer-{n}", password, number), deciders, association.pk, is_referral)


def _person(tenant: Tenant, name: str, password: str, number: int) -> Person:
    user = User.objects.create(
        username=name,
        email=f"{name}@people.example",
        tenant=tenant,
        role=User.Role.ADMINISTRATOR,
        password=password,
    )
    device = SmsDevice.objects.create(
        user=user,
        name="mobile",
        confirmed=True,
        number=f"+1415555{number:04d}",
        confirmed_at=timezone.now() - timedelta(days=200),
    )
    return Person(user.pk, name, user.email, str(device.number))
