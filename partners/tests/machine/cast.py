"""Who takes part: four customers, two partners, three people each, and the vendor's staff."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from accounts.models import Tenant, User
from accounts.tests.factories import MemberFactory
from partners.models import Association, DisassociationRequest, Partner
from partners.tests.cast import NUMBERS, PARTNERS, Role, gather, roles

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
RANKS = ("admin", "second", "member")


# One administrator an organisation: a partner's reseller customer and its referral, another partner's, and nobody's.
LEADERS = roles("p-adm", "o-part", "ready", "refer", "o-cust", "free")


@dataclass
class Actors:
    customers: list[Tenant]
    partners: list[Partner]
    staff: User
    people: dict[tuple[int, str], User] = field(default_factory=dict)

    @classmethod
    def gather(cls) -> Actors:
        cast = gather([*roles("staff"), *(role for leader in LEADERS for role in _with_colleagues(leader))])
        customers = [cast.tenants[leader.organisation] for leader in LEADERS if leader.organisation not in PARTNERS]
        actors = cls(customers, [*cast.partners.values()], cast.people["staff"])
        for leader in LEADERS:
            for rank, role in zip(RANKS, _with_colleagues(leader), strict=True):
                actors.people[cast.tenants[leader.organisation].pk, rank] = cast.people[role.name]
        return actors

    def tenants(self) -> list[Tenant]:
        return [*self.customers, *(partner.tenant for partner in self.partners)]

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


def _with_colleagues(leader: Role) -> tuple[Role, Role, Role]:
    """The machine alone has these in each organisation: one who acts on what the first began, and one who may not."""
    second = replace(leader, name=f"{leader.name}-second")
    return leader, second, replace(second, name=f"{leader.name}-member", make=MemberFactory, has_number=False)
