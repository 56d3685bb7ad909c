"""Who takes part: four customers, two partners, three people each, and the vendor's staff."""

from __future__ import annotations

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
from partners.models import Association, DisassociationRequest, Partner
from partners.tests.factories import AssociationFactory, PartnerFactory

NUMBERS = tuple(f"+447700900{n:03d}" for n in range(100, 130))
SPARE_NUMBERS = NUMBERS[20:]

# Who acts, seen from an association or a request. The first are those who may, and stand there often.
STARTERS = (
    ("customer", "admin"),
    ("customer", "admin"),
    ("customer", "admin"),
    ("customer", "second"),
    ("partner", "admin"),
    ("customer", "member"),
    ("partner", "member"),
    ("other customer", "admin"),
    ("other partner", "admin"),
    ("vendor", "staff"),
)
DECIDERS = (
    ("counterparty", "admin"),
    ("counterparty", "admin"),
    ("counterparty", "second"),
    ("vendor", "staff"),
    ("counterparty", "member"),
    ("initiator", "admin"),
    ("other customer", "admin"),
    ("other partner", "admin"),
)
WITHDRAWERS = (
    ("initiator", "admin"),
    ("initiator", "second"),
    ("initiator", "member"),
    ("counterparty", "admin"),
    ("other customer", "admin"),
    ("other partner", "admin"),
    ("vendor", "staff"),
)
ANYBODY = (*STARTERS, ("partner", "second"))
Who = tuple[str, str]


@dataclass
class Cast:
    customers: list[Tenant] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    people: dict[tuple[int, str], User] = field(default_factory=dict)
    staff: User = field(default_factory=StaffFactory)
    _given: int = 0

    @classmethod
    def gather(cls) -> Cast:
        """Two customers of one partner, a reseller's and a referral; one of another partner; one of nobody."""
        cast = cls()
        cast.partners = [PartnerFactory(tenant=cast._tenant(PartnerTenantFactory())) for _ in range(2)]
        cast.customers = [cast._tenant(CustomerFactory()) for _ in range(4)]
        of = [(0, 0, "reseller"), (1, 0, "referral"), (2, 1, "reseller")]
        for customer, partner, model in of:
            AssociationFactory(customer=cast.customers[customer], partner=cast.partners[partner], model=model)
        return cast

    def _tenant(self, tenant: Tenant) -> Tenant:
        for rank in ("admin", "second"):
            user = self.people[tenant.pk, rank] = UserFactory(tenant=tenant)
            SmsDeviceFactory(user=user, number=NUMBERS[self._given])
            self._given += 1
        self.people[tenant.pk, "member"] = MemberFactory(tenant=tenant)
        return tenant

    def tenants(self) -> list[Tenant]:
        return [*self.customers, *(partner.tenant for partner in self.partners)]

    def everybody(self) -> list[User]:
        return [*self.people.values(), self.staff]

    def user_of(self, who: Who, association: Association) -> User:
        side, rank = who
        if side == "vendor":
            return self.staff
        mine = {"customer": association.customer, "partner": association.partner.tenant}
        tenant = mine.get(side) or self._other(side, association)
        return self.people[tenant.pk, rank]

    def user_about(self, who: Who, request: DisassociationRequest) -> User:
        """The same, with the sides of the request by their part in it."""
        side, rank = who
        opposite = "partner" if request.initiator == "customer" else "customer"
        named = {"initiator": str(request.initiator), "counterparty": opposite}
        return self.user_of((named.get(side, side), rank), request.association)

    def _other(self, side: str, association: Association) -> Tenant:
        if side == "other customer":
            return next(tenant for tenant in self.customers if tenant.pk != association.customer_id)
        return next(p.tenant for p in self.partners if p.pk != association.partner_id)
