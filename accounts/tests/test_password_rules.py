"""The validator of long passwords that are easy to guess."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import CustomerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings: Settings) -> User:
    settings.PRODUCT_NAME, settings.VENDOR_NAME = "Lumen Desk", "Lumenbridge Cloud"
    settings.PUBLIC_URL = "https://office.river-works.example"
    return UserFactory(tenant=CustomerFactory(name="Hollow Creek Ltd"))


@pytest.mark.parametrize("password", ["Password-2026!!", "12345iloveyou678", "DragonDragon77", "qwertyuiop--2026"])
def test_password_with_a_common_word_inside_is_refused(user: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user)


@pytest.mark.parametrize(
    "password",
    ["PartnerPortal2026", "lumenbridge-cloud-1", "Lumenbridge!!2026", "HOLLOW.creek.2026", "river-works-office-7"],
)
def test_password_of_product_and_organisation_names_is_refused(user: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user)


@pytest.mark.parametrize(
    "password",
    [
        "correct-horse-battery",
        "hollow-creek-marmalade",
        "a quiet password of mine",
        "739104862250",
        "密碼" * 6,
        "7#2kQ9!4$1827^55",
    ],
)
def test_unusual_password_is_accepted(user: User, password: str) -> None:
    validate_password(password, user)


@pytest.mark.parametrize("password", ["Ab1!efgh", "elevenchars", "0123456789a"])
def test_a_password_has_at_least_twelve_characters(user: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_validator_works_for_staff_and_without_a_user() -> None:
    for user in (StaffFactory(), None):
        with pytest.raises(ValidationError):
            validate_password("PartnerPortal2026", user)
