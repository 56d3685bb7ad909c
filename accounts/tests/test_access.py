"""require_staff: vendor staff with a reason, nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import require_staff
from accounts.tests.factories import MemberFactory, PartnerTenantFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_staff_give_a_reason_which_is_kept_without_the_spaces_around_it() -> None:
    assert require_staff(StaffFactory(), "  By agreement \n") == "By agreement"


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_staff_without_a_reason_are_refused(reason: str) -> None:
    with pytest.raises(PermissionDenied):
        require_staff(StaffFactory(), reason)


@pytest.mark.parametrize("make", [UserFactory, MemberFactory])
@pytest.mark.parametrize("of_partner", [False, True])
def test_people_of_a_tenant_are_refused_whatever_their_reason(make: Any, of_partner: bool) -> None:
    user = make(tenant=PartnerTenantFactory()) if of_partner else make()
    with pytest.raises(PermissionDenied):
        require_staff(user, "By agreement")
