"""Checks that are off by default. Staff can switch them on in the policy."""

from datetime import datetime

from django.utils.translation import gettext as _, gettext_lazy

from accounts.billing.facts import AccountFacts
from accounts.models import Side
from partners.eligibility.check import Check, Finding, Passed
from partners.eligibility.commitments import support_plans
from partners.eligibility.terms import Terms


def _account_frozen(facts: AccountFacts, terms: Terms, _now: datetime) -> Passed | Finding:
    """A frozen account is under the partner's control until the partner unfreezes it."""
    if not facts.is_frozen:
        return Passed()
    hint = _("Ask %(partner)s to unfreeze the account.") % {"partner": terms.partner_name}
    return Finding(_("The account is frozen."), hint, (Side.PARTNER,))


def _service_support_plan(facts: AccountFacts, terms: Terms, now: datetime) -> Passed | Finding:
    """A support plan of the vendor that was sold through the partner."""
    return support_plans(facts.vendor_support_plans, facts, terms, now)


OPTIONAL = (
    Check(
        code="account-frozen",
        title=gettext_lazy("Account frozen"),
        task=gettext_lazy("Unfreeze the account"),
        passed=gettext_lazy("The account is not frozen."),
        ask=_account_frozen,
        partner_hint=gettext_lazy("Unfreeze the account."),
    ),
    Check(
        code="service-support-plan",
        title=gettext_lazy("Service support plan"),
        task=gettext_lazy("Unsubscribe from the service support plan"),
        passed=gettext_lazy("No support plan is valid."),
        ask=_service_support_plan,
    ),
)
