"""Version 1 of the policy (field defaults) and of the statement, created by post_migrate.

The statement is stored in English, one sentence per line. The sentences are in the message catalogues, so they are
translated until staff replace them.
"""

from typing import Any

from django.utils.translation import gettext_noop as _

CHANGES = (
    _("{vendor} becomes your business entity and bills you from then on."),
    _("The partner’s discounts, coupons and credit limit end. List prices apply."),
    _(
        "Add a payment method, or your services will stop: "
        "first they enter a grace period, then they are retained, and in the end they are deleted."
    ),
    _("You and {partner} settle any open bills between you. {vendor} is not involved."),
)
STAYS = (
    _("Your services keep running. Sending the request does not stop anything."),
    _("You can still see bills from your time with this partner."),
    _("You and {partner} can still read the Operation Log."),
    _("You can withdraw the request until it is decided."),
)
REFERRAL_CHANGES = (
    _("{partner} no longer looks after you and no longer sees your contact data."),
    _("Advice, support and offers from {partner} end, unless you agree on something else."),
    _("{partner} does not have to approve. The association ends as soon as the checks pass."),
)
REFERRAL_STAYS = (
    _("Your services keep running, and {vendor} continues to bill you."),
    _("You and {partner} can still read the Operation Log."),
)


def make_first_versions(using: str = "default", **_kwargs: Any) -> None:
    """Insert version 1 of both if the table is empty, because every page needs a policy."""
    from partners.models import Policy, Statement

    if not Policy.objects.using(using).exists():
        Policy.objects.using(using).create(version=1)
    if not Statement.objects.using(using).exists():
        Statement.objects.using(using).create(
            version=1,
            changes=_text(CHANGES),
            stays=_text(STAYS),
            referral_changes=_text(REFERRAL_CHANGES),
            referral_stays=_text(REFERRAL_STAYS),
        )


def _text(sentences: tuple[str, ...]) -> str:
    return "".join(f"{sentence}\n" for sentence in sentences)
