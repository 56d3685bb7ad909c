"""Password reset: a mailed link that works once, and the same response for unknown addresses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Notification, OperationLogEntry, Tenant, User
from accounts.notifications.deliver import deliver_due
from accounts.tests.factories import PASSWORD, CustomerFactory, UserFactory
from accounts.views.password import RedirectThen, password_reset

pytestmark = pytest.mark.django_db
RESET = "/accounts/password-reset/"
NEW = "an-entirely-new-secret"


def link_for(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/accounts/set-password/{uid}/{default_token_generator.make_token(user)}/"


def set_password(client: Client, link: str, first: str = NEW, second: str = NEW) -> Any:
    form = client.get(link)
    answer: Any = client.post(form["Location"], {"new_password1": first, "new_password2": second})
    return answer


def test_a_known_address_gets_a_link_on_the_public_host(client: Client, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.vendor.example"
    UserFactory(email="dana@people.example")
    client.post(RESET, {"email": "Dana@people.example"}, headers={"Host": "localhost"})
    deliver_due()
    (message,) = mail.outbox
    assert message.to == ["dana@people.example"]
    assert "https://portal.vendor.example/accounts/set-password/" in message.body
    assert "//localhost" not in message.body


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client) -> None:
    UserFactory(email="dana@people.example")
    known = client.post(RESET, {"email": "dana@people.example"})
    unknown = client.post(RESET, {"email": "nobody@people.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.status_code == 303
    deliver_due()
    assert len(mail.outbox) == 1


def test_known_and_unknown_addresses_ask_the_same_of_the_database_before_the_response(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    UserFactory(email="dana@people.example")
    for name in ("dana", "nobody"):
        with django_assert_num_queries(1):
            password_reset(rf.post(RESET, {"email": f"{name}@people.example"}))


def test_the_row_of_the_outbox_does_not_contain_the_link(client: Client) -> None:
    user = UserFactory(email="dana@people.example")
    client.post(RESET, {"email": user.email})
    deliver_due()
    found = re.search(r"/accounts/set-password/[^/]+/([^/]+)/", str(mail.outbox[0].body))
    assert found
    (row,) = Notification.objects.values()
    assert (row["state"], row["recipient_id"]) == ("sent", user.pk)
    assert found[1] not in str(row)


def test_a_link_that_the_mail_server_did_not_take_is_sent_later(client: Client, settings: Settings) -> None:
    UserFactory(email="dana@people.example")
    client.post(RESET, {"email": "dana@people.example"})
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "accounts.tests.no_such_backend.EmailBackend"
    deliver_due()
    assert mail.outbox == []
    settings.EMAIL_BACKEND = working
    deliver_due(timezone.now() + timedelta(minutes=1))
    assert len(mail.outbox) == 1


def test_a_link_is_not_sent_to_a_login_that_was_closed_since(client: Client) -> None:
    user = UserFactory(email="dana@people.example")
    client.post(RESET, {"email": user.email})
    User.objects.filter(pk=user.pk).update(is_active=False)
    deliver_due()
    assert mail.outbox == []
    assert Notification.objects.get().state == Notification.State.DROPPED


def test_a_login_without_a_mailbox_gets_no_mail(client: Client) -> None:
    user = UserFactory(email="dana@no-mailbox.invalid")
    client.post(RESET, {"email": user.email})
    assert not Notification.objects.exists()


def test_repeated_requests_send_one_mail_per_minute(client: Client) -> None:
    UserFactory(email="dana@people.example")
    answers = [client.post(RESET, {"email": "dana@people.example"}).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    deliver_due()
    assert len(mail.outbox) == 1


def test_throttle_works_across_processes(client: Client) -> None:
    """The time of the last link is in the user's row, not in the process."""
    user = UserFactory(email="dana@people.example", password_link_at=timezone.now() - timedelta(seconds=59))
    client.post(RESET, {"email": user.email})
    assert not Notification.objects.exists()


def test_next_link_is_sent_after_a_minute(client: Client) -> None:
    user = UserFactory(email="dana@people.example", password_link_at=timezone.now() - timedelta(seconds=61))
    client.post(RESET, {"email": user.email})
    assert Notification.objects.count() == 1


def test_a_new_password_ends_the_lock_of_the_login(client: Client) -> None:
    user = UserFactory(username="Dana")
    for _ in range(5):
        client.post("/accounts/login/", {"username": "dana", "password": "wrong"})
    set_password(client, link_for(user))
    assert client.post("/accounts/login/", {"username": "dana", "password": NEW}).status_code == 303


def test_mail_is_queued_after_the_response(rf: RequestFactory) -> None:
    UserFactory(email="dana@people.example")
    response = password_reset(rf.post(RESET, {"email": "dana@people.example"}))
    assert not Notification.objects.exists()
    assert isinstance(response, RedirectThen)
    response.work()
    assert Notification.objects.get().state == Notification.State.QUEUED
    assert mail.outbox == []


@pytest.mark.parametrize("state", [{"is_active": False}, {"tenant__is_active": False}])
def test_inactive_users_get_no_link(client: Client, state: dict[str, bool]) -> None:
    UserFactory(email="dana@people.example", **state)
    client.post(RESET, {"email": "dana@people.example"})
    assert not Notification.objects.exists()


def test_invalid_address_is_422(client: Client) -> None:
    response = client.post(RESET, {"email": "dana"})
    assert response.status_code == 422
    assert "name@organisation.example" in response.content.decode()


def test_the_link_of_the_mail_sets_the_password(client: Client) -> None:
    user = UserFactory(email="dana@people.example")
    client.post(RESET, {"email": "dana@people.example"})
    deliver_due()
    found = re.search(r"/accounts/set-password/\S+", str(mail.outbox[0].body))
    assert found
    response = set_password(client, found[0])
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_link_also_works_for_a_login_that_never_had_a_password(client: Client) -> None:
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    set_password(client, link_for(user))
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_password_link_works_once(client: Client) -> None:
    user = UserFactory()
    link = link_for(user)
    set_password(client, link)
    page = Client().get(link)
    assert "This link is no longer valid" in page.content.decode()


@pytest.mark.parametrize("closed", ["login", "organisation"])
def test_a_link_that_was_sent_before_the_login_was_closed_sets_nothing(client: Client, closed: str) -> None:
    tenant = CustomerFactory()
    user = UserFactory(tenant=tenant)
    link = link_for(user)
    row: User | Tenant = user if closed == "login" else tenant
    row.is_active = False
    row.save()
    page = client.get(link)
    assert "This link is no longer valid" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_damaged_password_link_offers_a_new_one(client: Client) -> None:
    page = client.get("/accounts/set-password/MQ/abc-def/")
    assert page.status_code == 200
    assert "This link is no longer valid" in page.content.decode()


@pytest.mark.parametrize(
    ("first", "second"), [("short", "short"), (NEW, "another-long-secret"), ("password1234", "password1234"), ("", "")]
)
def test_a_weak_or_mistyped_password_is_422_and_changes_nothing(client: Client, first: str, second: str) -> None:
    user = UserFactory()
    response = set_password(client, link_for(user), first, second)
    assert response.status_code == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_new_password_ends_all_earlier_sessions(client: Client) -> None:
    user = UserFactory()
    elsewhere = Client()
    elsewhere.force_login(user)
    set_password(client, link_for(user))
    assert elsewhere.get("/notifications/").status_code == 302


def test_password_token_is_not_in_the_url_of_the_form(client: Client) -> None:
    response = client.get(link_for(UserFactory()))
    assert response.status_code == 302
    assert response["Location"].endswith("/set-password/")


def test_a_password_set_by_a_link_is_logged(client: Client) -> None:
    user = UserFactory()
    set_password(client, link_for(user))
    entry = OperationLogEntry.objects.get()
    assert (entry.chain, entry.remark_word, entry.actor) == (f"tenant:{user.tenant_id}", "password-set-by-link", user)
    assert NEW not in entry.payload
