"""The table of roles that matrix, gallery, hostile tests, leaks and machine read, and the factory of these people.

A walk that needs another person adds a `Role` in its own file and says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Tenant, User
from accounts.tests.factories import (
    CustomerFactory,
    MemberFactory,
    PartnerTenantFactory,
    SmsDeviceFactory,
    StaffFactory,
    UserFactory,
)
from partners.models import Association, Partner
from partners.tests.factories import AssociationFactory, PartnerFactory

NUMBERS = tuple(f"+447700900{n:03d}" for n in range(100, 130))
RESELLER, REFERRAL = Association.Model.RESELLER, Association.Model.REFERRAL


class ClerkFactory(StaffFactory):
    """Staff without any permission."""

    is_superuser = False


@dataclass(frozen=True)
class Role:
    name: str
    make: type[UserFactory]
    organisation: str = ""  # empty: the vendor's staff
    partner: str = ""  # of the organisation; empty: it is a partner, or has none
    model: Association.Model = RESELLER
    has_number: bool = True
    in_demo: str = ""  # the login that plays this role where the demo data are walked


PARTNERS = ("partner", "other partner")
ROLES = (
    Role("p-adm", UserFactory, "partner", in_demo="partner-admin"),
    Role("p-mem", MemberFactory, "partner", in_demo="partner-member"),
    Role("o-part", UserFactory, "other partner"),
    Role("c-adm", UserFactory, "busy customer", "partner", in_demo="customer-open-request"),
    Role("c-mem", MemberFactory, "busy customer", "partner", in_demo="customer-member"),
    Role("ready", UserFactory, "ready customer", "partner", in_demo="customer-ready"),
    Role("refer", UserFactory, "referral customer", "partner", REFERRAL, in_demo="customer-referral"),
    Role("o-cust", UserFactory, "other customer", "other partner"),
    Role("free", UserFactory, "customer without a partner", in_demo="customer-none"),
    Role("staff", StaffFactory, has_number=False, in_demo="staff"),
    Role("clerk", ClerkFactory, has_number=False),
)


def roles(*names: str) -> list[Role]:
    """These rows of the table, in the order of the names."""
    table = {role.name: role for role in ROLES}
    return [table[name] for name in names]


@dataclass
class Cast:
    """The people by role, and their organisations. `prefix` of the usernames: two casts can exist together."""

    prefix: str = ""
    people: dict[str, User] = field(default_factory=dict)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=lambda: [*NUMBERS])  # still to be given

    def add(self, role: Role) -> User:
        tenant = self._tenant(role) if role.organisation else None
        user = self.people[role.name] = role.make(username=f"{self.prefix}{role.name}", tenant=tenant)
        if role.has_number:
            SmsDeviceFactory(user=user, number=self.numbers.pop(0))
        return user

    def _tenant(self, role: Role) -> Tenant:
        if role.organisation in PARTNERS:
            return self._partner(role.organisation).tenant
        if role.organisation not in self.tenants:
            self.tenants[role.organisation] = self._customer(role)
        return self.tenants[role.organisation]

    def _partner(self, name: str) -> Partner:
        if name not in self.partners:
            self.partners[name] = PartnerFactory(tenant=PartnerTenantFactory())
            self.tenants[name] = self.partners[name].tenant
        return self.partners[name]

    def _customer(self, role: Role) -> Tenant:
        customer = CustomerFactory()
        if role.partner:
            AssociationFactory(customer=customer, partner=self._partner(role.partner), model=role.model)
        return customer


def gather(cast: Iterable[Role] = ROLES, *, prefix: str = "") -> Cast:
    gathered = Cast(prefix)
    for role in cast:
        gathered.add(role)
    return gathered
