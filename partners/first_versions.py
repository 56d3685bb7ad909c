"""The first versions of the policy (its field defaults) and of the statement, made after every migrate."""

from typing import Any

CHANGES = """\
{vendor} becomes your business entity and bills you from then on.
The partner’s discounts, coupons and credit limit end. List prices apply.
You must set a valid payment method. Without one your services enter a grace period, then retention, and then they are deleted.
Settlement of the past is between you and {partner}. {vendor} takes no part in it.
"""  # noqa: E501
STAYS = """\
Your services go on running. The request itself stops nothing.
Bills of the time with the partner stay viewable.
The Operation Log stays readable for both sides.
Until the request is decided, you can withdraw it.
"""
REFERRAL_CHANGES = """\
{partner} no longer looks after you and no longer sees your contact data.
Advice, support and offers that you have from {partner} end, unless the two of you agree on something else.
The association ends without the consent of {partner}, as soon as the checks pass.
"""
REFERRAL_STAYS = """\
Your services go on running. {vendor} goes on billing you.
The Operation Log stays readable for both sides.
"""


def make_first_versions(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Insert version 1 of both where there is none: an empty table would leave every page without rules."""
    from partners.models import Policy, Statement

    if not Policy.objects.using(using).exists():
        Policy.objects.using(using).create(version=1)
    if not Statement.objects.using(using).exists():
        Statement.objects.using(using).create(
            version=1,
            changes=CHANGES,
            stays=STAYS,
            referral_changes=REFERRAL_CHANGES,
            referral_stays=REFERRAL_STAYS,
        )
