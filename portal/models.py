"""The marker of a database with demo data: only there does one press sign in, and only such data may be deleted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoMarker(models.Model):
    """One row, which `load_demo` writes together with the demo data. A database of production has none."""

    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        default_permissions = ()  # nobody edits it
        verbose_name = _("demo marker")
        verbose_name_plural = _("demo markers")

    def __str__(self) -> str:
        return f"{self.loaded_at:%Y-%m-%d %H:%M}"
