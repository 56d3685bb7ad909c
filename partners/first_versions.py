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
        "You must set a valid payment method. "
        "Without one your services enter a grace period, then retention, and then they are deleted."
    ),
    _("Settlement of the past is between you and {partner}. {vendor} takes no part in it."),
)
STAYS = (
    _("Your services go on running. The request itself stops nothing."),
    _("Bills of the time with the partner stay viewable."),
    _("The Operation Log stays readable for both sides."),
    _("Until the request is decided, you can withdraw it."),
)
REFERRAL_CHANGES = (
    _("{partner} no longer looks after you and no longer sees your contact data."),
    _("Advice, support and offers that you have from {partner} end, unless the two of you agree on something else."),
    _("The association ends without the consent of {partner}, as soon as the checks pass."),
)
REFERRAL_STAYS = (
    _("Your services go on running. {vendor} goes on billing you."),
    _("The Operation Log stays readable for both sides."),
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
