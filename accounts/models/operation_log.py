"""The operation log: an append-only, hash-chained record of every user-visible verb, and its one vocabulary."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.tenant import Tenant
from accounts.models.user import User
from accounts.remarks import render


class Operation(models.TextChoices):
    ASSOCIATED = "associated", _("Associated")
    BLOCKED = "blocked", _("Account check failed")
    CODE_SENT = "code-sent", _("Code sent")
    CODE_REFUSED = "code-refused", _("Code refused")
    CODE_LOCKED = "code-locked", _("Code entry locked")
    REQUESTED = "requested", _("Request submitted")
    SEEN = "seen", _("Request seen")
    REMINDED = "reminded", _("Reminder sent")
    APPROVED = "approved", _("Request approved")
    REJECTED = "rejected", _("Request rejected")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    ESCALATED = "escalated", _("Request escalated")
    EXPIRED = "expired", _("Request expired")
    CANCELLED = "cancelled", _("Request cancelled")
    COMPLETED = "completed", _("Association ended")
    GRANTED = "granted", _("Further request granted")
    EXTENDED = "extended", _("Deadline extended")
    CONTACT_REVEALED = "contact-revealed", _("Contact data revealed")
    LOG_EXPORTED = "log-exported", _("Log exported")
    NUMBER_CHANGED = "number-changed", _("Mobile number changed")
    CURRENCY_SET = "currency-set", _("Currency set")
    RECORD_CHANGED = "record-changed", _("Record changed")
    ADOPTED = "adopted", _("Imported value adopted")
    NOTICE_RESENT = "notice-resent", _("Notice sent again")


class Side(models.TextChoices):
    """Who started an operation."""

    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")
    VENDOR = "vendor", _("Vendor")
    SYSTEM = "system", _("System")

    @classmethod
    def of(cls, tenant: Tenant | None) -> Side:
        """Return the side that the users of `tenant` act on; without a tenant they are vendor staff."""
        return cls(tenant.kind) if tenant else cls.VENDOR

    @property
    def opposite(self) -> Side:
        """The other side of an association."""
        return Side.CUSTOMER if self == Side.PARTNER else Side.PARTNER


class Result(models.TextChoices):
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete an entry of the operation log."""


class OperationLogQuerySet(models.QuerySet["OperationLogEntry"]):
    def of_tenant(self, tenant: Tenant) -> OperationLogQuerySet:
        """Every entry that the tenant may read: its own and those of all its associations, former ones too."""
        if tenant.is_partner:
            return self.filter(partner=tenant)
        return self.filter(customer=tenant)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")


class OperationLogEntry(models.Model):
    chain = models.CharField(_("chain"), max_length=32, help_text=_("association:ID, tenant:ID or vendor."))
    seq = models.PositiveBigIntegerField(_("number in the chain"))
    at = models.DateTimeField(_("time"))
    operation = models.CharField(_("operation"), max_length=16, choices=Operation)
    result = models.CharField(_("result"), max_length=7, choices=Result)
    side = models.CharField(_("started by"), max_length=8, choices=Side)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operator")
    )
    customer = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    partner = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    reference = models.CharField(_("reference"), max_length=16, blank=True)
    status_before = models.CharField(_("status before"), max_length=16, blank=True)
    status_after = models.CharField(_("status after"), max_length=16, blank=True)
    remark_word = models.CharField(_("remark"), max_length=40, blank=True)
    remark_data = models.JSONField(_("remark data"), default=dict, blank=True)
    payload = models.TextField(_("canonical text"), help_text=_("What the hash covers."))
    previous_hash = models.CharField(_("hash before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    objects = OperationLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation log entry")
        verbose_name_plural = _("operation log")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="operation_log_seq_is_unique_in_its_chain"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="operation_log_seq_starts_at_one"),
            models.CheckConstraint(condition=Q(operation__in=Operation.values), name="operation_log_operation_known"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="operation_log_result_known"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="operation_log_side_known"),
        ]
        indexes = [
            models.Index(fields=["customer", "at", "id"], name="log_customer"),
            models.Index(fields=["customer", "operation", "at", "id"], name="log_customer_operation"),
            models.Index(fields=["customer", "result", "at", "id"], name="log_customer_result"),
            models.Index(fields=["partner", "at", "id"], name="log_partner"),
            models.Index(fields=["partner", "operation", "at", "id"], name="log_partner_operation"),
            models.Index(fields=["partner", "result", "at", "id"], name="log_partner_result"),
            models.Index(fields=["customer", "operation", "result", "at", "id"], name="log_customer_operation_result"),
            models.Index(fields=["partner", "operation", "result", "at", "id"], name="log_partner_operation_result"),
            models.Index(fields=["actor", "result", "at"], name="log_actor_refusals"),
            models.Index(fields=["at", "id"], name="log_time"),
            models.Index(fields=["operation", "at", "id"], name="log_operation"),
            models.Index(fields=["result", "at", "id"], condition=~Q(result="done"), name="log_not_done"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.get_operation_display()}"

    @property
    def remark(self) -> str:
        """The remark as a sentence, in the active language."""
        return render(self.remark_word, self.remark_data)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The operation log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")


class ChainHead(models.Model):
    """The newest link of a chain: locked and advanced in the transaction that appends."""

    chain = models.CharField(_("chain"), max_length=32, primary_key=True)
    seq = models.PositiveBigIntegerField(_("number in the chain"), default=0)
    hash = models.CharField(_("hash"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("chain head")
        verbose_name_plural = _("chain heads")

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"
