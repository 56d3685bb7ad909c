"""Fixtures: an association with an administrator on each side, both with a confirmed number."""

import pytest

from accounts.models import User
from accounts.tests.factories import StaffFactory
from partners.models import Association
from partners.tests.factories import AssociationFactory, administrator_with_number


@pytest.fixture
def association(db: None) -> Association:
    return AssociationFactory()


@pytest.fixture
def referral(db: None) -> Association:
    return AssociationFactory(model="referral")


@pytest.fixture
def customer_admin(association: Association) -> User:
    return administrator_with_number(association)


@pytest.fixture
def partner_admin(association: Association) -> User:
    return administrator_with_number(association, of_partner=True)


@pytest.fixture
def staff(db: None) -> User:
    return StaffFactory()
