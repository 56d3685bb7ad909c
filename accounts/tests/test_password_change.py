"""Changing a password: the current one is required, other sessions end, and it is logged."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from accounts.models import OperationLogEntry, User
from accounts.tests.admin_pages import client_of
from accounts.tests.factories import PASSWORD, MemberFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE, ADMIN = "/account/password/", "/admin/password_change/"
NEW = "an-entirely-new-secret"


def change(client: Client, path: str = PAGE, old: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
    sent = {"old_password": old, "new_password1": new, "new_password2": again or new}
    answer: Any = client.post(path, sent)
    return answer


def newest_remark() -> tuple[str, str]:
    entry = OperationLogEntry.objects.order_by("-id")[0]
    return entry.chain, entry.remark_word


@pytest.mark.parametrize("make", [UserFactory, MemberFactory])
def test_user_with_the_current_password_can_change_it(make: Any) -> None:
    user = make()
    answer = change(client_of(user))
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_staff_change_their_password_in_the_admin() -> None:
    user = StaffFactory()
    answer = change(client_of(user), ADMIN)
    assert (answer.status_code, answer["Location"]) == (303, "/admin/")
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert newest_remark() == ("vendor", "password-changed")


def test_account_center_links_to_the_password_page() -> None:
    client = client_of(UserFactory())
    assert f'href="{PAGE}"' in client.get("/account/").content.decode()
    assert client.get(PAGE).status_code == 200


def test_password_change_renews_this_session_and_ends_all_others() -> None:
    user = UserFactory()
    here, elsewhere = client_of(user), client_of(user)
    before = here.cookies["sessionid"].value
    change(here)
    assert here.get("/account/").status_code == 200
    assert here.cookies["sessionid"].value != before
    assert elsewhere.get("/account/").status_code == 302


def test_the_change_is_logged_without_the_password() -> None:
    user = UserFactory()
    change(client_of(user))
    assert newest_remark() == (f"tenant:{user.tenant_id}", "password-changed")
    assert NEW not in OperationLogEntry.objects.order_by("-id")[0].payload


@pytest.mark.parametrize("path", [PAGE, ADMIN])
def test_a_wrong_old_password_changes_nothing_and_is_logged(path: str) -> None:
    user = UserFactory() if path == PAGE else StaffFactory()
    assert change(client_of(user), path, old="wrong").status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert newest_remark()[1] == "wrong-password"


def test_wrong_current_passwords_are_limited_like_sign_ins() -> None:
    client = client_of(UserFactory())
    statuses = [change(client, old="wrong").status_code for _ in range(5)]
    assert statuses[-1] == 429
    assert change(client).status_code == 429


@pytest.mark.parametrize(("new", "again"), [("short", ""), (NEW, "something-else-entirely"), ("a\0" * 12, "")])
def test_a_weak_or_mistyped_password_is_422_and_changes_nothing(new: str, again: str) -> None:
    user = UserFactory()
    assert change(client_of(user), new=new, again=again).status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "new", ["correct staple horse battery" * 20, "  spaces at both ends  ", "密碼密碼密碼密碼密碼密碼"]
)
def test_password_may_be_long_and_have_any_character(new: str) -> None:
    user = UserFactory()
    assert change(client_of(user), new=new).status_code == 303
    assert User.objects.get(pk=user.pk).check_password(new)


def test_password_field_accepts_paste_and_password_managers() -> None:
    text = client_of(UserFactory()).get(PAGE).content.decode()
    assert text.count('type="password"') == 3
    assert text.count('autocomplete="new-password"') == 2
    assert "onpaste" not in text


def test_anonymous_users_are_redirected_to_the_login(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_a_change_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    user = UserFactory()
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    assert change(client).status_code == 403
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.parametrize(("make", "path"), [(UserFactory, PAGE), (StaffFactory, ADMIN)])
def test_failed_attempt_is_stored_without_passwords(make: Any, path: str) -> None:
    change(client_of(make()), path, old="nearly-the-right-one")
    (attempt,) = AccessAttempt.objects.all()
    assert "old_password" in attempt.post_data
    assert "nearly-the-right-one" not in attempt.post_data
    assert NEW not in attempt.post_data


def test_new_password_must_differ_from_the_current_one() -> None:
    user = UserFactory()
    answer = change(client_of(user), new=PASSWORD)
    assert answer.status_code == 422
    assert "Enter a password that is not your current one" in answer.content.decode()
    assert not OperationLogEntry.objects.exists()
