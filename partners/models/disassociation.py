"""DisassociationRequest with its statuses and TRANSITIONS, and Grant, an extra request beyond the limit."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Side, Tenant, User
from accounts.references import random_reference
from partners.models.association import Association
from partners.models.partner import Partner
from partners.models.policy import Policy, Statement


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    COMPLETED = "completed", _("Completed")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (Status.PENDING, Status.APPROVED)
# From APPROVED to WITHDRAWN is allowed only before a future effective date. The operation checks the date.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED, Status.CANCELLED}),
    Status.APPROVED: frozenset({Status.COMPLETED, Status.WITHDRAWN, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.REJECTED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class IllegalTransition(ValueError):
    """A change of status that TRANSITIONS does not allow. This is a bug, never a user error."""


def _waits_for(side: Side) -> Q:
    return Q(status=Status.PENDING, initiator=side.opposite)


class DisassociationRequestQuerySet(models.QuerySet["DisassociationRequest"]):
    def open(self) -> DisassociationRequestQuerySet:
        return self.filter(status__in=OPEN)

    def of_tenant(self, tenant: Tenant) -> DisassociationRequestQuerySet:
        """The requests of the tenant, as customer or partner. Every lookup by reference starts from this scope."""
        if tenant.is_partner:
            return self.filter(partner__tenant=tenant)
        return self.filter(customer=tenant)

    def waiting_for(self, side: Side) -> DisassociationRequestQuerySet:
        """Pending requests that `side` must decide, because the other side started them."""
        return self.filter(_waits_for(side))

    def open_for_others(self, side: Side) -> DisassociationRequestQuerySet:
        """Open requests that `side` does not decide: pending for the other side, or approved and not completed yet."""
        return self.filter(_waits_for(side.opposite) | Q(status=Status.APPROVED))

    def to_complete(self, at: datetime) -> DisassociationRequestQuerySet:
        """Approved requests whose completion is due."""
        return self.filter(status=Status.APPROVED, complete_at__lte=at)

    def overdue(self, at: datetime) -> DisassociationRequestQuerySet:
        return self.filter(status=Status.PENDING, due_at__lte=at)


class DisassociationRequest(models.Model):
    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=partial(random_reference, "D-"), editable=False
    )
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="requests", verbose_name=_("association")
    )
    # Copied from the association, so that each side's list is one index range.
    customer = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer"))
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    initiator = models.CharField(_("started by"), max_length=8, choices=Side)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy"))
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+", verbose_name=_("statement"))
    answers = models.JSONField(_("answers at the start"), default=list, blank=True)
    challenge_id = models.UUIDField(_("challenge"), null=True, blank=True, unique=True)
    verified_number = models.CharField(_("verified by a code to"), max_length=40, blank=True, help_text=_("Masked."))
    submitted_at = models.DateTimeField(_("submitted"))
    due_at = models.DateTimeField(_("due"))
    effective_at = models.DateTimeField(_("takes effect"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=8, choices=Side, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    complete_at = models.DateTimeField(_("next try to complete"), null=True, blank=True)
    blocked_by = models.JSONField(_("blocked by"), default=list, blank=True)
    blocked_told = models.JSONField(_("blockers that we notified of"), default=list, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = DisassociationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("disassociation request")
        verbose_name_plural = _("disassociation requests")
        constraints = [
            models.UniqueConstraint(
                fields=["association"], condition=Q(status__in=["pending", "approved"]), name="request_is_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="request_status_is_known"),
            models.CheckConstraint(condition=Q(initiator__in=["customer", "partner"]), name="request_initiator_known"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "approved"], closed_at__isnull=True)
                | (~Q(status__in=["pending", "approved"]) & Q(closed_at__isnull=False)),
                name="request_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(initiator="customer") | ~Q(reason=""), name="request_of_a_partner_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(decision_reason=""), name="request_rejected_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "submitted_at", "id"], name="request_of_customer"),
            # For the three lists of the partner's Process page.
            models.Index(
                fields=["partner", "due_at", "id"],
                condition=Q(status="pending", initiator="customer"),
                name="request_waits_for_partner",
            ),
            models.Index(
                fields=["partner", "due_at", "id"],
                condition=Q(status="pending", initiator="partner") | Q(status="approved"),
                name="request_waits_for_others",
            ),
            models.Index(fields=["partner", "closed_at", "id"], name="request_of_partner_closed"),
            models.Index(fields=["status", "id"], name="request_by_status"),
            models.Index(fields=["initiator", "id"], name="request_by_initiator"),
            models.Index(fields=["complete_at"], condition=Q(status="approved"), name="request_to_complete"),
            models.Index(fields=["due_at"], condition=Q(status="pending"), name="request_overdue"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def counterparty(self) -> Side:
        """The side that decides the request."""
        return Side(self.initiator).opposite

    def waits_for(self, side: Side) -> bool:
        """True if `side` must decide. The queryset method `waiting_for` is the same for many rows."""
        return self.status == Status.PENDING and self.counterparty == side

    def takes_effect_after(self, at: datetime) -> bool:
        """True if the effective date is after `at`. Without an effective date the association ends immediately."""
        return self.effective_at is not None and self.effective_at > at

    def move(self, to: Status, **changes: object) -> bool:
        """Change the status by compare-and-swap, with `changes` in the same UPDATE.

        Return False if the row no longer has the status that was read here, because a concurrent change was first.
        Raise IllegalTransition for a change that TRANSITIONS does not allow.
        """
        before = Status(self.status)
        if to not in TRANSITIONS[before]:
            raise IllegalTransition(f"{before} -> {to}")
        rows = type(self).objects.filter(pk=self.pk, status=before).update(status=to, **changes)
        if rows:
            for name, value in {"status": to, **changes}.items():
                setattr(self, name, value)
        return bool(rows)


class GrantQuerySet(models.QuerySet["Grant"]):
    def usable(self, at: datetime) -> GrantQuerySet:
        return self.filter(used_by__isnull=True, expires_at__gt=at)


class Grant(models.Model):
    """One extra request for a customer beyond the limit. The next request that the limit would refuse uses it up."""

    customer = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="grants", verbose_name=_("customer"))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by"))
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(_("granted"))
    expires_at = models.DateTimeField(_("expires"))
    used_by = models.OneToOneField(
        DisassociationRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grant",
        verbose_name=_("used by"),
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason")]
        indexes = [models.Index(fields=["customer", "expires_at"], name="grant_of_customer")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
