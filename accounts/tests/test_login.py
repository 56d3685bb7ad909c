"""Login, lockout after wrong passwords, logout, and the start page of each role."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import PASSWORD, MemberFactory, PartnerTenantFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: str) -> Any:
    answer: Any = client.post(LOGIN, {"username": user.username, "password": password, **extra})
    return answer


def test_the_page_has_the_fields_and_the_button_by_name(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert 'name="username"' in page
    assert 'name="password"' in page
    assert 'name="next"' in page
    assert ">Sign in</button>" in page
    assert "<title>Sign in - Partner Portal</title>" in page


def test_right_password_redirects_to_the_start_page(client: Client) -> None:
    response = sign_in(client, UserFactory())
    assert (response.status_code, response["Location"]) == (303, "/")


def test_a_wrong_password_is_422_and_says_so_twice_in_the_same_words(client: Client) -> None:
    response = sign_in(client, UserFactory(), "wrong-horse-battery")
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("The username or the password is not correct. Check both and try again") == 2
    assert "<title>Error: Sign in" in page
    assert PASSWORD not in page
    assert "wrong-horse-battery" not in page


def test_an_unknown_name_gets_the_same_page_as_a_wrong_password(client: Client) -> None:
    known = client.post(LOGIN, {"username": UserFactory(username="dana").username, "password": "x"})
    unknown = client.post(LOGIN, {"username": "dana", "password": "x"})
    assert known.status_code == unknown.status_code
    assert known.context["form"].errors == unknown.context["form"].errors


def test_empty_fields_are_422_and_name_what_is_missing(client: Client) -> None:
    page = client.post(LOGIN, {"username": "", "password": ""})
    assert page.status_code == 422
    assert "Enter your password" in page.content.decode()


def test_nul_bytes_are_an_error_of_the_form_and_no_crash(client: Client) -> None:
    assert client.post(LOGIN, {"username": "da\0na", "password": "x"}).status_code == 422


def test_next_redirects_to_a_page_of_the_portal(client: Client) -> None:
    assert sign_in(client, UserFactory(), next="/notifications/")["Location"] == "/notifications/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_redirects_to_another_host(client: Client, target: str) -> None:
    assert sign_in(client, UserFactory(), next=target)["Location"] == "/"


def test_the_page_keeps_next_for_the_form(client: Client) -> None:
    assert 'value="/notifications/"' in client.get(f"{LOGIN}?next=/notifications/").content.decode()


def test_login_page_redirects_a_signed_in_user(client: Client) -> None:
    client.force_login(UserFactory())
    response = client.get(f"{LOGIN}?next=/notifications/")
    assert (response.status_code, response["Location"]) == (302, "/notifications/")


def test_signing_in_gives_the_session_a_new_key(client: Client) -> None:
    session = client.session
    session["something"] = "from before"
    session.save()
    before = str(session.session_key)
    client.cookies["sessionid"] = before
    sign_in(client, UserFactory())
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_fifth_wrong_attempt_locks_with_429_and_retry_after(client: Client) -> None:
    user = UserFactory()
    answers = [sign_in(client, user, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert 840 < int(answers[-1]["Retry-After"]) <= 901
    assert "Try again in 15 minutes" in answers[-1].content.decode()


def test_while_locked_the_right_password_is_refused_too(client: Client) -> None:
    user = UserFactory()
    for _ in range(5):
        sign_in(client, user, "wrong")
    assert sign_in(client, user).status_code == 429
    assert client.get("/notifications/").status_code == 302


def test_attempts_by_username_and_by_email_add_up(client: Client) -> None:
    user = UserFactory(username="dana", email="d@people.example")
    for name in ("dana", "D@people.example", "DANA", "d@people.example"):
        assert client.post(LOGIN, {"username": name, "password": "wrong"}).status_code == 422
    assert sign_in(client, user, "wrong").status_code == 429


def test_a_lock_ends_after_fifteen_minutes(client: Client) -> None:
    user = UserFactory()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            sign_in(client, user, "wrong")
        clock.shift(timedelta(minutes=15, seconds=2))
        assert sign_in(client, user).status_code == 303


def test_a_lock_is_not_prolonged_by_further_attempts(client: Client) -> None:
    user = UserFactory()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            sign_in(client, user, "wrong")
        clock.shift(timedelta(minutes=10))
        assert int(sign_in(client, user, "wrong")["Retry-After"]) <= 301


def test_failures_from_another_address_do_not_lock_a_user_out(client: Client) -> None:
    user = UserFactory()
    for _ in range(5):
        client.post(LOGIN, {"username": user.username, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, user).status_code == 303


def guess(client: Client, name: str, address: str) -> Any:
    answer: Any = client.post(LOGIN, {"username": name, "password": "wrong"}, REMOTE_ADDR=address)
    return answer


def test_address_that_tries_many_names_is_locked_out(client: Client) -> None:
    answers = [guess(client, f"name-{number}", "203.0.113.9").status_code for number in range(50)]
    assert answers == [422] * 49 + [429]
    user = UserFactory()
    page = client.post(LOGIN, {"username": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    assert page.status_code == 429
    assert "Too many wrong passwords came from your network" in page.content.decode()
    assert 0 < int(page["Retry-After"]) <= 901
    assert sign_in(client, user).status_code == 303


def test_name_tried_from_many_addresses_is_locked_out(client: Client) -> None:
    user = UserFactory()
    answers = [guess(client, user.username, f"203.0.113.{number}").status_code for number in range(50)]
    assert answers == [422] * 49 + [429]
    page = sign_in(client, user)
    assert page.status_code == 429
    assert "reset your password" in page.content.decode()
    assert sign_in(client, UserFactory()).status_code == 303


def test_right_password_does_not_reset_failures_of_other_names(client: Client) -> None:
    own = UserFactory()
    for number in range(49):
        guess(client, f"name-{number}", "127.0.0.1")
    assert sign_in(client, own).status_code == 303
    assert guess(client, "name-49", "127.0.0.1").status_code == 429


def test_wide_limits_end_after_fifteen_minutes(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(50):
            guess(client, f"name-{number}", "127.0.0.1")
        clock.shift(timedelta(minutes=15, seconds=2))
        assert sign_in(client, UserFactory()).status_code == 303


def test_right_password_resets_the_failures(client: Client) -> None:
    user = UserFactory()
    for _ in range(4):
        sign_in(client, user, "wrong")
    assert sign_in(client, user).status_code == 303
    assert sign_in(Client(), user, "wrong").status_code == 422


def test_signing_out_is_a_post_that_ends_the_session(client: Client) -> None:
    client.force_login(UserFactory())
    copied = client.cookies["sessionid"].value
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (303, LOGIN)
    thief = Client()
    thief.cookies["sessionid"] = copied
    assert thief.get("/notifications/").status_code == 302
    assert not Session.objects.filter(session_key=copied).exists()


def test_signing_out_tells_the_browser_to_forget_what_it_cached(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'


def test_signing_out_by_a_link_does_nothing(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/accounts/logout/").status_code == 405
    assert client.get("/notifications/").status_code == 200


def test_signing_out_needs_the_token_of_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    assert client.post("/accounts/logout/").status_code == 403
    assert client.get("/notifications/").status_code == 200


def test_anonymous_users_are_redirected_to_the_login_and_back(client: Client) -> None:
    response = client.get("/notifications/?cursor=x")
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next=/notifications/%3Fcursor%3Dx")


def test_anonymous_post_redirects_back_to_the_page_of_the_form(client: Client) -> None:
    response = client.post("/notifications/read/", headers={"Referer": "http://testserver/notifications/"})
    assert (response.status_code, response["Location"]) == (303, f"{LOGIN}?next=/notifications/")


def test_post_from_another_site_returns_to_the_start_page_after_sign_in(client: Client) -> None:
    response = client.post("/notifications/read/", headers={"Referer": "https://evil.example/x"})
    assert response["Location"] == f"{LOGIN}?next=/"


@pytest.mark.parametrize(
    ("user", "page"),
    [
        (UserFactory, "/my-partner/"),
        (MemberFactory, "/my-partner/"),
        (lambda: UserFactory(tenant=PartnerTenantFactory()), "/partner/process/"),
        (lambda: MemberFactory(tenant=PartnerTenantFactory()), "/partner/customers/"),
        (StaffFactory, "/admin/"),
    ],
)
def test_the_start_page_is_the_one_of_the_role(client: Client, user: Callable[[], User], page: str) -> None:
    client.force_login(user())
    assert client.get("/")["Location"] == page


def test_start_page_redirects_anonymous_users_to_the_login(client: Client) -> None:
    assert client.get("/")["Location"] == f"{LOGIN}?next=/"


def test_stored_passwords_are_argon2_hashes() -> None:
    assert get_hasher("argon2").algorithm == "argon2"
    assert get_hasher("argon2").encode("demo-password", "0123456789abcdef").startswith("argon2$argon2id$")
