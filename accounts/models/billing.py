"""Billing facts that the checks read, and which system keeps each kind of fact.

The facts are copies of data in the vendor's systems. Terms such as "unpaid" and "in force" are defined once, by the
querysets here.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.tenant import Tenant

# SQLite stores a decimal as a double, which rounds beyond 15 digits, so a constraint refuses larger amounts.
MONEY_LIMIT = Decimal("9999999999999.99")


def money_field(verbose_name: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """Return a field for an amount of money: at most 15 digits, two of them decimals."""
    return models.DecimalField(verbose_name, max_digits=15, decimal_places=2, **options)


def within_money_limit(table: str, *fields: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(condition=Q(**{f"{f}__gte": 0, f"{f}__lte": MONEY_LIMIT}), name=f"{table}_{f}_in_range")
        for f in fields
    ]


class FactKind(models.TextChoices):
    ORDERS = "orders", _("Orders")
    MEMBERS = "members", _("Member accounts")
    ARREARS = "arrears", _("Arrears")
    RESERVED_INSTANCES = "reserved-instances", _("Reserved instances")
    SUPPORT_PLANS = "support-plans", _("Support plans")
    COMMERCE_CONTRACTS = "commerce-contracts", _("Commerce contracts")


class FactFeed(models.Model):
    """Which system keeps one kind of fact of one tenant, and when it was last synced.

    No row means `portal`: the facts are maintained here, so no rows means that there are no such facts.
    """

    class Keeper(models.TextChoices):
        PORTAL = "portal", _("The portal")
        EXTERNAL = "external", _("Another system")

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="fact_feeds", verbose_name=_("tenant"))
    kind = models.CharField(_("kind"), max_length=20, choices=FactKind)
    keeper = models.CharField(_("maintained in"), max_length=8, choices=Keeper, default=Keeper.PORTAL)
    synced_at = models.DateTimeField(_("last updated"), null=True, blank=True)

    class Meta:
        verbose_name = _("fact feed")
        verbose_name_plural = _("fact feeds")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind"], name="fact_feed_is_one_per_tenant_and_kind"),
            models.CheckConstraint(condition=Q(keeper__in=["portal", "external"]), name="fact_feed_keeper_is_known"),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="fact_feed_by_kind"),
            models.Index(fields=["keeper", "id"], name="fact_feed_by_keeper"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.get_kind_display()}"


class OrderQuerySet(models.QuerySet["Order"]):
    def unpaid(self) -> OrderQuerySet:
        """Orders that the partner still has to pay."""
        return self.filter(status=Order.Status.UNPAID)


class Order(models.Model):
    class Status(models.TextChoices):
        UNPAID = "unpaid", _("Unpaid")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="orders", verbose_name=_("tenant"))
    number = models.CharField(_("number"), max_length=200)
    ordered_on = models.DateField(_("ordered on"))
    amount = money_field(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.UNPAID)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="order_number_is_unique_per_tenant"),
            models.CheckConstraint(condition=Q(status__in=["unpaid", "paid", "cancelled"]), name="order_status_known"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_iso_4217"),
            *within_money_limit("order", "amount"),
        ]
        indexes = [
            models.Index(fields=["tenant", "status"], name="order_by_tenant_and_status"),
            models.Index(fields=["status", "id"], name="order_by_status"),
        ]

    def __str__(self) -> str:
        return self.number


class Arrears(models.Model):
    """The debt of an account, and the credit limit that the partner grants it."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="arrears", verbose_name=_("tenant"))
    amount = money_field(_("arrears"), default=Decimal(0))
    since_on = models.DateField(_("since"), null=True, blank=True)
    credit_limit = money_field(_("credit limit"), default=Decimal(0))
    credit_used = money_field(_("credit used"), default=Decimal(0))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("arrears")
        verbose_name_plural = _("arrears")
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="arrears_currency_is_iso_4217"),
            *within_money_limit("arrears", "amount", "credit_limit", "credit_used"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"


class TermQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime) -> TermQuerySet:
        """Terms that have started and have neither expired nor been ended early. An unknown end never expires."""
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
        )


class Term(models.Model):
    """Abstract base of commitments with a period of validity. An empty `ends_at` means "not reported"."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("tenant"))
    number = models.CharField(_("number"), max_length=200)
    name = models.CharField(_("name"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    reported_for = models.DateTimeField(
        _("last billing period"),
        null=True,
        blank=True,
        help_text=_("Start of the newest billing period whose file named it. Empty if no file did."),
    )
    omitted_for = models.DateTimeField(
        _("omitted in billing period"),
        null=True,
        blank=True,
        help_text=_("Start of the newest billing period whose file named the account but not this."),
    )
    is_applied_only = models.BooleanField(
        _("named in ContractApplied only"),
        default=False,
        help_text=_("A billing file without that column cannot name it, so its absence there ends nothing."),
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="%(class)s_number_is_unique_per_tenant"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="%(class)s_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReservedInstance(Term):
    class Meta(Term.Meta):
        verbose_name = _("reserved instance")
        verbose_name_plural = _("reserved instances")


class SupportPlan(Term):
    class Provider(models.TextChoices):
        PARTNER = "partner", _("Partner")
        VENDOR = "vendor", _("Vendor")

    provider = models.CharField(_("provider"), max_length=7, choices=Provider, default=Provider.PARTNER)

    class Meta(Term.Meta):
        verbose_name = _("support plan")
        verbose_name_plural = _("support plans")
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(provider__in=["partner", "vendor"]), name="supportplan_provider_is_known"
            ),
        ]
        indexes = [models.Index(fields=["provider", "id"], name="support_plan_by_provider")]


class CommerceContract(Term):
    """A special commerce contract. `contact` is the person to settle it with, offline."""

    contact = models.CharField(_("contact"), max_length=200, blank=True)
    is_undecided = models.BooleanField(
        _("may be a reserved instance"),
        default=False,
        help_text=_("The billing data do not say whether it is a contract or a reserved instance."),
    )

    class Meta(Term.Meta):
        verbose_name = _("commerce contract")
        verbose_name_plural = _("commerce contracts")
