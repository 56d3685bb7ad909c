"""Tenant, which scopes all data, and MemberAccount, the tenants of an enterprise master."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.address_fields import AddressField
from accounts.references import public_key
from accounts.source_keys import MATCH_KEY_LENGTH, match_key


class MatchKeyField(models.CharField):  # type: ignore[type-arg]
    """Holds what is equal for all spellings of the key, also of rows that are created in bulk."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = match_key(getattr(model_instance, "key", ""))
        setattr(model_instance, self.attname, value)
        return value


class TenantQuerySet(models.QuerySet["Tenant"]):
    def customers(self) -> TenantQuerySet:
        return self.filter(kind=Tenant.Kind.CUSTOMER)

    def active(self) -> TenantQuerySet:
        return self.filter(is_active=True)


class Tenant(models.Model):
    """An organisation with an account: a customer, or a partner's own organisation."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PARTNER = "partner", _("Partner")

    key = models.CharField(
        _("account ID"), max_length=200, unique=True, help_text=_("The ID in the vendor's systems. It never changes.")
    )
    match_key = MatchKeyField(_("key without its spelling"), max_length=MATCH_KEY_LENGTH, default="", editable=False)
    billing_account = models.CharField(
        _("billing account"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("The account that is billed, in its normal form, as the newest billing data name it."),
    )
    public_key = models.CharField(_("URL key"), max_length=16, unique=True, default=public_key, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    contact_email = AddressField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=32, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("ISO 4217, such as EUR."))
    is_master = models.BooleanField(_("enterprise master"), default=False)
    is_frozen = models.BooleanField(_("frozen"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["customer", "partner"]),
                name="tenant_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}$"), name="tenant_currency_is_iso_4217"
            ),
        ]
        # The partial indexes serve the rare values of the admin's filters.
        indexes = [
            models.Index(fields=["name", "id"], name="tenant_by_name"),
            models.Index(fields=["match_key"], name="tenant_by_match_key"),
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="tenant_by_name_prefix"),
            models.Index(fields=["name", "id"], condition=Q(kind="partner"), name="tenant_partners"),
            models.Index(fields=["name", "id"], condition=Q(is_active=False), name="tenant_inactive"),
            models.Index(fields=["name", "id"], condition=Q(is_master=True), name="tenant_masters"),
            models.Index(fields=["name", "id"], condition=Q(is_frozen=True), name="tenant_frozen"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_partner(self) -> bool:
        return self.kind == self.Kind.PARTNER

    @property
    def is_customer(self) -> bool:
        return self.kind == self.Kind.CUSTOMER


class MemberAccountQuerySet(models.QuerySet["MemberAccount"]):
    def independent(self) -> MemberAccountQuerySet:
        return self.filter(accounting=MemberAccount.Accounting.INDEPENDENT)


class MemberAccount(models.Model):
    """A tenant attached to an enterprise master tenant."""

    class Accounting(models.TextChoices):
        INDEPENDENT = "independent", _("Independent")
        UNIFIED = "unified", _("Unified")

    master = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="member_accounts", verbose_name=_("master")
    )
    member = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="membership", verbose_name=_("member"))
    accounting = models.CharField(_("accounting"), max_length=11, choices=Accounting)
    since_on = models.DateField(_("since"))

    objects = MemberAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("member account")
        verbose_name_plural = _("member accounts")
        constraints = [
            models.CheckConstraint(condition=~Q(master=F("member")), name="member_account_is_not_its_own_master"),
            models.CheckConstraint(
                condition=Q(accounting__in=["independent", "unified"]), name="member_account_accounting_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
