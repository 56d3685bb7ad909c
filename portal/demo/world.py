"""Create the demo data, relative to now, with log entries and notices.

Operations always act at the current time, so the past is written here directly, with the same log entries.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.log.append import append
from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    MemberAccount,
    Operation,
    Order,
    ReservedInstance,
    Side,
    SmsDevice,
    SupportPlan,
    Tenant,
    User,
)
from partners.models import Association, Partner
from partners.operations.association import end_association
from partners.operations.notices import association_scope
from portal.demo import cast, history
from portal.models import DemoMarker


def build() -> None:
    """Create all demo data in one transaction."""
    with transaction.atomic():
        _World(timezone.now()).build()


class _World:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.tenants: dict[str, Tenant] = {}
        self.numbers = 0

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def day(self, **span: float) -> date:
        return timezone.localdate(self.now - timedelta(**span))

    def build(self) -> None:
        partner, former = self._partner(cast.PARTNER, 482), self._partner(cast.FORMER_PARTNER, 119)
        self._partner(cast.OTHER_PARTNER, 705)
        for number, customer in enumerate(cast.CUSTOMERS):
            self._customer(customer, 1004800 + number * 27)
        for username, tenant, role in cast.OTHERS:
            self._user(username, self.tenants.get(tenant), role)
        self._former(self.tenants["Northfield Traders"], former)
        for customer in cast.CUSTOMERS:
            self._facts(self.tenants[customer.tenant], customer.blockers)
            self._associate(customer, partner)
        history.write(self.tenants, self.now)
        DemoMarker.objects.create(loaded_at=self.now)

    def _partner(self, name: str, number: int) -> Partner:
        tenant = Tenant.objects.create(
            key=f"20-{number:04d}",
            kind=Tenant.Kind.PARTNER,
            name=name,
            contact_email=f"desk@{_domain(name)}",
            contact_phone="+14155550199",
        )
        self.tenants[name] = tenant
        return Partner.objects.create(tenant=tenant)

    def _customer(self, customer: cast.DemoCustomer, number: int) -> None:
        tenant = Tenant.objects.create(
            key=f"{number // 10000}-{number % 10000:04d}",
            kind=Tenant.Kind.CUSTOMER,
            name=customer.tenant,
            contact_email=f"purchasing@{_domain(customer.username)}",
            contact_phone=f"+1415555{number % 100 + 100:04d}",
            currency="" if "currency" in customer.blockers else "EUR",
            is_master="independent-members" in customer.blockers,
        )
        self.tenants[customer.tenant] = tenant
        self._user(customer.username, tenant, "administrator", has_number=customer.has_number)
        if customer.stale:
            FactFeed.objects.create(
                tenant=tenant, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.EXTERNAL, synced_at=self.ago(days=3)
            )

    def _user(self, username: str, tenant: Tenant | None, role: str, *, has_number: bool = True) -> None:
        staff = tenant is None
        user = User(
            username=username,
            email=f"{username}@portal.example",
            tenant=tenant,
            role=role,
            is_staff=staff,
            is_superuser=staff,
        )
        user.set_password(cast.PASSWORD)
        user.save()
        if has_number:
            self.numbers += 1
            SmsDevice.objects.create(
                user=user,
                name="mobile",
                confirmed=True,
                number=f"+1415555{self.numbers + 100:04d}",
                confirmed_at=self.ago(days=200),
            )

    def _associate(self, customer: cast.DemoCustomer, partner: Partner) -> None:
        if customer.model:
            self._association(self.tenants[customer.tenant], partner, customer.model, self.ago(days=590))

    def _association(self, tenant: Tenant, partner: Partner, model: str, at: datetime) -> Association:
        association = Association.objects.create(customer=tenant, partner=partner, model=model, started_at=at)
        scope = association_scope(association, side=Side.VENDOR, actor=None)
        append(scope, Operation.ASSOCIATED, at=at, remark="associated", model=model, reason="Contract signed")
        return association

    def _former(self, tenant: Tenant, partner: Partner) -> None:
        association = self._association(tenant, partner, Association.Model.REFERRAL, self.ago(days=1400))
        end_association(association=association, side=Side.CUSTOMER, at=self.ago(days=640))
        scope = association_scope(association, side=Side.SYSTEM, actor=None)
        append(scope, Operation.COMPLETED, at=self.ago(days=640), status_after="completed")

    def _facts(self, tenant: Tenant, blockers: tuple[str, ...]) -> None:
        """Create the billing facts: a credit limit for every customer, and the facts that block some of them."""
        owed = Decimal("312.48") if "arrears" in blockers else Decimal(0)
        since = self.day(days=39) if owed else None
        Arrears.objects.create(
            tenant=tenant,
            amount=owed,
            since_on=since,
            credit_limit=Decimal(25000),
            credit_used=Decimal("11412.30"),
            currency="EUR",
        )
        self._order(tenant, "118011", 70, "640.00", Order.Status.PAID)
        if "unpaid-orders" in blockers:
            self._order(tenant, "118204", 34, "1240.00", Order.Status.UNPAID)
            self._order(tenant, "118377", 27, "86.50", Order.Status.UNPAID)
        if "independent-members" in blockers:
            self._member(tenant)
        self._terms(tenant, blockers)

    def _order(self, tenant: Tenant, number: str, days: int, amount: str, status: str) -> None:
        Order.objects.create(
            tenant=tenant,
            number=f"ORD-{number}",
            ordered_on=self.day(days=days),
            amount=Decimal(amount),
            currency="EUR",
            status=status,
        )

    def _member(self, tenant: Tenant) -> None:
        member = Tenant.objects.create(
            key=f"{tenant.key}-M", kind=Tenant.Kind.CUSTOMER, name=f"{tenant.name} Logistics", currency="EUR"
        )
        MemberAccount.objects.create(
            master=tenant, member=member, accounting=MemberAccount.Accounting.INDEPENDENT, since_on=self.day(days=480)
        )

    def _terms(self, tenant: Tenant, blockers: tuple[str, ...]) -> None:
        begun, ends = self.ago(days=296), self.now + timedelta(days=69)
        if "reserved-instances" in blockers:
            ReservedInstance.objects.create(
                tenant=tenant, number="RI-77120", name="4 × general large", starts_at=begun, ends_at=ends
            )
        if "partner-support-plan" in blockers:
            SupportPlan.objects.create(
                tenant=tenant, number="SUP-310", name="Harbourline Priority Care", starts_at=begun, ends_at=ends
            )
        if "commerce-contract" in blockers:
            CommerceContract.objects.create(
                tenant=tenant,
                number="SCC-2209",
                name="Volume commitment",
                contact="Harbourline contracts desk",
                starts_at=begun,
                ends_at=ends,
            )


def _domain(name: str) -> str:
    return f"{name.lower().replace(' ', '-')}.example"
