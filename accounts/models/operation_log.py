"""The operation log: an append-only, hash-chained audit log of every user-visible operation."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.tenant import Tenant
from accounts.models.user import User
from accounts.models.vocabulary import ATTEMPTS, Operation, Result, Side


class AppendOnlyError(TypeError):
    """An entry of the operation log was to be changed or deleted."""


class OperationLogQuerySet(models.QuerySet["OperationLogEntry"]):
    def of_tenant(self, tenant: Tenant) -> OperationLogQuerySet:
        """The entries that the tenant may read: of the tenant and of all its associations, including former ones.

        The other side's attempts before a request is submitted are excluded. New ones are in that side's own chain,
        but older entries are in the chain of the association.
        """
        naming_tenant = self.filter(partner=tenant) if tenant.is_partner else self.filter(customer=tenant)
        return naming_tenant.exclude(operation__in=ATTEMPTS, side=Side.of(tenant).opposite)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")


class OperationLogEntry(models.Model):
    chain = models.CharField(_("chain"), max_length=32, help_text=_("association:ID, tenant:ID or vendor."))
    seq = models.PositiveBigIntegerField(_("sequence number"))
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
    payload = models.TextField(_("canonical text"), help_text=_("The text that the hash covers."))
    previous_hash = models.CharField(_("previous hash"), max_length=64, blank=True)
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
            models.Index(fields=["partner", "customer", "at", "id"], name="log_partner_customer"),
            models.Index(fields=["reference", "at", "id"], condition=~Q(reference=""), name="log_reference"),
            models.Index(fields=["actor", "result", "at"], name="log_actor_refusals"),
            models.Index(fields=["at", "id"], name="log_time"),
            models.Index(fields=["operation", "at", "id"], name="log_operation"),
            models.Index(fields=["result", "at", "id"], condition=~Q(result="done"), name="log_not_done"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.sentence}"

    @property
    def sentence(self) -> str:
        """The sentence about what was done or refused, with its side as the subject, in the active language."""
        return Operation(self.operation).words(self.result) % {"who": Side(self.side).label}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The operation log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The operation log is append-only.")


class ChainHead(models.Model):
    """The last number and hash of a chain. Appending locks and updates it in the same transaction."""

    chain = models.CharField(_("chain"), max_length=32, primary_key=True)
    seq = models.PositiveBigIntegerField(_("sequence number"), default=0)
    hash = models.CharField(_("hash"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("chain head")
        verbose_name_plural = _("chain heads")

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"
