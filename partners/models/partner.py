"""Partner: a tenant that resells to customers or refers them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant


class Partner(models.Model):
    """One-to-one with its tenant, which has its name, ID and contact data."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="partner", verbose_name=_("tenant"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.tenant.name
