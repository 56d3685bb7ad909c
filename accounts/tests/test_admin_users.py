"""Logins in the admin: no password hashes, no privilege escalation."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Notification, OperationLogEntry, User
from accounts.notifications.deliver import deliver_due
from accounts.tests.admin_pages import act, clerk, client_of, form_of, messages_in, newest_entry, page
from accounts.tests.factories import PASSWORD, CustomerFactory, MemberFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/user/add/"
NEW = "a-long-and-new-password"


@pytest.fixture
def staff() -> Client:
    return client_of(StaffFactory())


def login(**values: Any) -> dict[str, Any]:
    return {"username": "dana", "email": "dana@lake.example", "language": "en", "role": "", "tenant": "", **values}


def errors_of(response: Any) -> dict[str, Any]:
    errors: dict[str, Any] = response.context["adminform"].form.errors
    return errors


def test_a_login_of_a_tenant_is_made_without_a_password(staff: Client) -> None:
    customer = CustomerFactory()
    staff.post(ADD, login(tenant=customer.pk, role="administrator"))
    user = User.objects.get(username="dana")
    assert (user.tenant, user.role, user.is_staff, user.has_usable_password()) == (
        customer,
        "administrator",
        False,
        False,
    )
    assert newest_entry().chain == f"tenant:{customer.pk}"


def test_a_login_of_staff_is_made_without_a_tenant(staff: Client) -> None:
    staff.post(ADD, login(is_staff="on"))
    user = User.objects.get(username="dana")
    assert (user.is_staff, user.is_superuser, user.tenant) == (True, False, None)
    assert newest_entry().chain == "vendor"


@pytest.mark.parametrize(
    ("role", "is_staff", "has_tenant", "field"),
    [("", "", False, "tenant"), ("", "", True, "role"), ("", "on", True, "tenant"), ("member", "on", False, "role")],
)
def test_staff_with_a_tenant_is_a_form_error(
    staff: Client, role: str, is_staff: str, has_tenant: bool, field: str
) -> None:
    tenant = CustomerFactory().pk if has_tenant else ""
    assert field in errors_of(staff.post(ADD, login(tenant=tenant, role=role, is_staff=is_staff)))
    assert not User.objects.filter(username="dana").exists()


@pytest.mark.parametrize("taken", [{"username": "DANA"}, {"email": "Dana@Lake.example"}])
def test_duplicate_name_in_any_case_is_a_form_error(staff: Client, taken: dict[str, str]) -> None:
    UserFactory(**taken)
    response = staff.post(ADD, login(tenant=CustomerFactory().pk, role="member"))
    assert str(errors_of(response)[next(iter(taken))][0]).startswith("Another login has this")


def test_only_superusers_add_staff() -> None:
    client = client_of(clerk("accounts.add_user", "accounts.view_user"))
    response = client.post(ADD, login(is_staff="on", is_superuser="on"))
    assert "tenant" in errors_of(response)
    client.post(ADD, login(is_staff="on", is_superuser="on", tenant=CustomerFactory().pk, role="member"))
    assert User.objects.get(username="dana").is_staff is False


def test_neither_tenant_nor_rights_can_be_forged(staff: Client) -> None:
    user = UserFactory()
    url = page(User, "change", user.pk)
    forged = {"tenant": CustomerFactory().pk, "is_staff": "on", "is_superuser": "on", "password": "x", "role": "member"}
    staff.post(url, {**form_of(staff.get(url)), **forged})
    again = User.objects.get(pk=user.pk)
    assert (again.tenant, again.is_staff, again.is_superuser, again.password) == (
        user.tenant,
        False,
        False,
        user.password,
    )
    assert again.role == "member"


def test_user_of_a_tenant_needs_a_role(staff: Client) -> None:
    url = page(User, "change", MemberFactory().pk)
    assert "role" in errors_of(staff.post(url, {**form_of(staff.get(url)), "role": ""}))


def test_the_hash_of_a_password_is_never_shown(staff: Client) -> None:
    user = UserFactory()
    assert user.password.encode() not in staff.get(page(User, "change", user.pk)).content


def test_the_list_masks_the_addresses(staff: Client) -> None:
    UserFactory(email="dana.rowe@lake.example")
    text = staff.get(page(User, "changelist")).content.decode()
    assert "dana.rowe@" not in text
    assert "d•••••@lake.example" in text


def test_a_user_is_found_by_the_whole_address_in_any_case(staff: Client) -> None:
    user = UserFactory(email="dana.rowe@lake.example")
    rows = staff.get(page(User, "changelist"), {"q": "Dana.Rowe@lake.example"}).context["cl"].result_list
    assert list(rows) == [user]


def test_staff_cannot_deactivate_themselves() -> None:
    user = StaffFactory()
    client = client_of(user)
    url = page(User, "change", user.pk)
    sent = form_of(client.get(url))
    assert not {"is_active", "is_superuser"} & set(sent)
    client.post(url, {**sent, "first_name": "Ines"})
    again = User.objects.get(pk=user.pk)
    assert (again.first_name, again.is_active, again.is_superuser) == ("Ines", True, True)


def test_only_superusers_change_staff() -> None:
    boss, client = StaffFactory(), client_of(clerk("accounts.change_user"))
    assert client.post(page(User, "change", boss.pk), {"email": "mine@lake.example"}).status_code == 403
    for word in ("set-password", "send-link"):
        assert client.get(act(boss, word)).status_code == 403
    assert User.objects.get(pk=boss.pk).email == boss.email


def test_a_password_is_set_with_a_reason_and_never_recorded(staff: Client) -> None:
    user = UserFactory()
    response = staff.post(
        act(user, "set-password"), {"password1": NEW, "password2": NEW, "reason": "Lost access"}, follow=True
    )
    assert "is set" in messages_in(response)
    assert User.objects.get(pk=user.pk).check_password(NEW)
    entry = newest_entry()
    assert (entry.remark_data["fields"], entry.remark_data["reason"]) == (["password"], "Lost access")
    assert NEW not in entry.payload


@pytest.mark.parametrize(
    ("password", "again", "reason"),
    [(NEW, NEW, ""), (NEW, "something-else-entirely", "Lost"), ("short", "short", "Lost"), ("", "", "Lost")],
)
def test_a_password_that_is_not_right_is_not_set(staff: Client, password: str, again: str, reason: str) -> None:
    user = UserFactory()
    response = staff.post(act(user, "set-password"), {"password1": password, "password2": again, "reason": reason})
    assert response.status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert not OperationLogEntry.objects.exists()


def test_a_link_to_set_a_password_is_mailed_and_recorded(staff: Client) -> None:
    user = UserFactory()
    response = staff.post(act(user, "send-link"), {"reason": "New colleague"}, follow=True)
    deliver_due()
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert "/accounts/set-password/" in mail.outbox[0].body
    assert "/set-password/" not in messages_in(response)
    assert newest_entry().remark_word == "password-link"


def test_no_link_is_mailed_without_a_reason(staff: Client) -> None:
    assert staff.post(act(UserFactory(), "send-link"), {"reason": " "}).status_code == 422
    assert not Notification.objects.exists()


def test_no_link_is_mailed_to_a_login_that_is_not_active(staff: Client) -> None:
    response = staff.post(act(UserFactory(is_active=False), "send-link"), {"reason": "Why"}, follow=True)
    assert "cannot sign in" in messages_in(response)
    assert not Notification.objects.exists()
