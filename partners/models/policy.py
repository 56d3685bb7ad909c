"""Policy and Statement: the rules and the consequences of a disassociation, as immutable versions."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy as _

from accounts.models import User
from partners.eligibility import default_checks
from partners.models.association import Association


def reseller_checks() -> list[str]:
    return default_checks(Association.Model.RESELLER)


def referral_checks() -> list[str]:
    return default_checks(Association.Model.REFERRAL)


class Versioned(models.Model):
    """Rows are never updated. A change inserts the next version; requests keep the version they started under."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        abstract = True
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"


class Policy(Versioned):
    class TimeoutAction(models.TextChoices):
        ESCALATE = "escalate", _("Escalate to the vendor")
        AUTO_APPROVE = "auto-approve", _("Approve when all checks pass")
        EXPIRE = "expire", _("Expire")

    reseller_checks = models.JSONField(_("checks for resellers"), default=reseller_checks)
    referral_checks = models.JSONField(_("checks for referrals"), default=referral_checks)
    request_limit = models.PositiveSmallIntegerField(
        _("requests per customer"), default=1, validators=[MinValueValidator(1)]
    )
    request_window_months = models.PositiveSmallIntegerField(
        _("period in calendar months"), default=3, validators=[MinValueValidator(1)]
    )
    counts_withdrawn = models.BooleanField(_("withdrawn requests count towards the limit"), default=True)
    partner_request_limit = models.PositiveSmallIntegerField(
        _("requests per customer for a partner"), default=1, validators=[MinValueValidator(1)]
    )
    facts_max_age_hours = models.PositiveSmallIntegerField(_("maximum age of billing data (hours)"), default=24)
    number_hold_hours = models.PositiveSmallIntegerField(_("hold after a number change (hours)"), default=24)
    deadline_days = models.PositiveSmallIntegerField(
        _("days to decide"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    timeout_action = models.CharField(
        _("at the deadline"), max_length=12, choices=TimeoutAction, default=TimeoutAction.ESCALATE
    )
    hard_stop_days = models.PositiveSmallIntegerField(_("hard stop after (days)"), default=60)
    hard_stop_completes = models.BooleanField(_("the hard stop completes the request"), default=False)
    grant_days = models.PositiveSmallIntegerField(_("a grant is valid for (days)"), default=90)

    class Meta(Versioned.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_days__gte=1, deadline_days__lte=60), name="policy_deadline_is_1_to_60_days"
            ),
            models.CheckConstraint(
                condition=Q(hard_stop_days__gte=F("deadline_days")), name="policy_stops_after_its_deadline"
            ),
            models.CheckConstraint(
                condition=Q(request_limit__gte=1, request_window_months__gte=1), name="policy_limit_is_positive"
            ),
        ]

    def checks_for(self, model: str) -> list[str]:
        """Return the codes of the checks for associations of this model."""
        checks: list[str] = self.reseller_checks if model == Association.Model.RESELLER else self.referral_checks
        return checks

    def clean(self) -> None:
        """Require the check of the mobile number, because a request is confirmed by a code sent to that number."""
        for field in ("reseller_checks", "referral_checks"):
            if "mobile-number" not in getattr(self, field):
                raise ValidationError(
                    {field: _("Keep the check of the service mobile number: a request is confirmed by a code.")}
                )

    @classmethod
    def current(cls) -> Policy:
        """Return the newest version. Version 1 is created after migrate, so there always is one."""
        return cls.objects.order_by("-version")[0]


class Statement(Versioned):
    """What changes and what stays after the end, one sentence per line, with the placeholders {vendor}, {partner}."""

    changes = models.TextField(_("what changes"))
    stays = models.TextField(_("what stays"))
    referral_changes = models.TextField(_("what changes for a referral"))
    referral_stays = models.TextField(_("what stays for a referral"))

    class Meta(Versioned.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    @classmethod
    def current(cls) -> Statement:
        return cls.objects.order_by("-version")[0]

    def what_changes(self, model: str, **names: str) -> list[str]:
        return _sentences(self.changes if model == Association.Model.RESELLER else self.referral_changes, names)

    def what_stays(self, model: str, **names: str) -> list[str]:
        return _sentences(self.stays if model == Association.Model.RESELLER else self.referral_stays, names)


def _sentences(text: str, names: dict[str, str]) -> list[str]:
    """Translate our sentences into the active language. Sentences written by staff are not translated."""
    return [_filled(gettext(line.strip()), names) for line in text.splitlines() if line.strip()]


def _filled(sentence: str, names: dict[str, str]) -> str:
    """Replace {vendor} and {partner} alone: str.format would fail on other braces in a text by staff."""
    for name, value in names.items():
        sentence = sentence.replace("{" + name + "}", value)
    return sentence
