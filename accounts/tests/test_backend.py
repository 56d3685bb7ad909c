"""The authentication backend, and what it loads with the user of a request."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.sign_in.backends import AccountBackend, attempted_name
from accounts.tests.factories import PASSWORD, PartnerTenantFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)


def sign_in(name: str, password: str = PASSWORD) -> User | None:
    request = RequestFactory().post("/accounts/login/", {"username": name})
    return authenticate(request, username=name, password=password)


def test_a_username_signs_in_in_any_case() -> None:
    user = UserFactory(username="dana")
    assert sign_in("DaNa") == user


def test_an_email_address_signs_in_in_any_case() -> None:
    user = UserFactory(email="dana@people.example")
    assert sign_in("Dana@People.example") == user


def test_a_wrong_password_signs_nobody_in() -> None:
    UserFactory(username="dana")
    assert sign_in("dana", "wrong-horse-battery") is None


def test_an_unknown_name_signs_nobody_in() -> None:
    assert sign_in("nobody") is None


def test_an_unknown_name_costs_a_hash_like_a_known_one(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    UserFactory(username="dana")
    CountingHasher.count = 0
    sign_in("dana", "wrong-horse-battery")
    known, CountingHasher.count = CountingHasher.count, 0
    sign_in("nobody", "wrong-horse-battery")
    assert CountingHasher.count == known == 1


def test_a_deactivated_user_does_not_sign_in() -> None:
    UserFactory(username="dana", is_active=False)
    assert sign_in("dana") is None


def test_nobody_of_a_deactivated_organisation_signs_in() -> None:
    UserFactory(username="dana", tenant__is_active=False)
    assert sign_in("dana") is None


def test_vendor_staff_sign_in_without_an_organisation() -> None:
    staff = StaffFactory(username="staff")
    assert sign_in("staff") == staff


def test_a_user_without_a_usable_password_does_not_sign_in() -> None:
    user = UserFactory(username="dana")
    user.set_unusable_password()
    user.save()
    assert sign_in("dana", "") is None
    assert sign_in("dana", user.password) is None


def test_request_user_is_loaded_with_their_tenant_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory(tenant=PartnerTenantFactory(name="Harbourline Systems"))
    with django_assert_num_queries(1):
        found = AccountBackend().get_user(user.pk)
        assert found is not None
        assert found.tenant is not None
        assert found.tenant.name == "Harbourline Systems"


def test_nobody_is_behind_a_session_whose_user_is_gone() -> None:
    assert AccountBackend().get_user(0) is None


def test_session_ends_when_the_organisation_is_deactivated() -> None:
    user = UserFactory(tenant__is_active=False)
    assert AccountBackend().get_user(user.pk) is None


def test_attempts_by_username_and_by_email_count_for_the_same_account() -> None:
    UserFactory(username="Dana", email="d@people.example")
    request = RequestFactory().post("/accounts/login/")
    names = {attempted_name(request, {"username": name}) for name in ("dana", "DANA", "D@people.example", " dana ")}
    assert names == {"dana"}
