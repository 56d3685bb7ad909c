"""Association: the link between a customer and its partner, with a start, an end and a model (reseller or referral)."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Side, Tenant
from partners.models.partner import Partner


def sort_key(name: str) -> str:
    """Return the name without case and accents, for an alphabetical order that is the same on every database."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))[:200]


class AssociationQuerySet(models.QuerySet["Association"]):
    def active(self) -> AssociationQuerySet:
        return self.filter(ended_at__isnull=True)

    def former(self) -> AssociationQuerySet:
        return self.filter(ended_at__isnull=False)


class Association(models.Model):
    class Model(models.TextChoices):
        RESELLER = "reseller", _("Reseller")
        REFERRAL = "referral", _("Referral")

    customer = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="associations", verbose_name=_("customer")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="associations", verbose_name=_("partner")
    )
    model = models.CharField(_("model"), max_length=8, choices=Model)
    started_at = models.DateTimeField(_("associated since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=8, choices=Side, blank=True)
    # Denormalized from the customer's name, so that the partner's list of customers is one index range.
    customer_sort_key = models.CharField(_("customer in the order of lists"), max_length=200, editable=False)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at__isnull=True), name="association_is_one_active_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="association_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="association_end_has_a_side",
            ),
            models.CheckConstraint(condition=Q(model__in=["reseller", "referral"]), name="association_model_is_known"),
        ]
        indexes = [
            models.Index(fields=["partner", "started_at", "id"], name="association_of_partner"),
            models.Index(fields=["customer", "ended_at"], name="association_of_customer"),
            models.Index(
                fields=["partner", "customer_sort_key", "id"],
                condition=Q(ended_at__isnull=True),
                name="association_customers_by_name",
            ),
            models.Index(fields=["model", "id"], name="association_by_model"),
            models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="association_active"),
            models.Index(fields=["id"], condition=Q(ended_at__isnull=False), name="association_former"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the sort key when the association is created. `follow_rename` updates it after a rename."""
        if self._state.adding:
            self.customer_sort_key = sort_key(self.customer.name)
        super().save(*args, **kwargs)

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    @property
    def chain(self) -> str:
        """The operation log chain of this association."""
        return f"association:{self.pk}"
