"""Heartbeat: when a recurring job last ran and whether it succeeded. Health checks and metrics read it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    class Job(models.TextChoices):
        TICK = "tick", _("Tick of the clock")
        TRIAL = "trial", _("Trial whether rows can be written")  # rolled back each time
        VERIFY = "verify", _("Verification of the operation log")

    job = models.CharField(_("job"), max_length=8, primary_key=True, choices=Job)
    at = models.DateTimeField(_("time"))
    is_ok = models.BooleanField(_("succeeded"), default=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return str(self.get_job_display())

    @classmethod
    def beat(cls, job: Job, *, is_ok: bool = True) -> None:
        """Save that the job has run, in one statement: several processes may do so at once."""
        row = Heartbeat(job=job, at=timezone.now(), is_ok=is_ok)
        Heartbeat.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["job"], update_fields=["at", "is_ok"]
        )

    @classmethod
    def age(cls, job: Job) -> timedelta | None:
        """Return how long ago the job last ran, or None if it never did."""
        row = cls.objects.filter(job=job).first()
        return timezone.now() - row.at if row else None
