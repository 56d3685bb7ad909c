"""Logins are compared in one normal form, no two read alike, and pairs that exist are reported and not changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.notifications.deliver import deliver_due
from accounts.operations.create_login import LoginRefused, create_login
from accounts.sign_in.backends import attempted_name, find
from accounts.tests.factories import PASSWORD, CustomerFactory, StaffFactory, UserFactory

LOGIN, RESET = "/accounts/login/", "/accounts/password-reset/"
AFTER = ("accounts", "0006_usernames_and_addresses_that_read_alike")
BEFORE = MigrationLoader(None).get_migration(*AFTER).dependencies[0]
SPELLINGS = ["customer-ready", "CUSTOMER-ready", "cuſtomer-ready", "ｃustomer-ready", " customer-ready\u200e"]


@pytest.fixture
def pair(db: None) -> tuple[User, User]:
    """Two logins of one normal form, as they could be made before."""
    first, later = UserFactory(username="customer-ready"), UserFactory(username="other")
    User.objects.filter(pk=later.pk).update(username="cuſtomer-ready", username_key=None, username_skeleton=None)
    later.refresh_from_db()
    return first, later


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_signs_in_the_same_login(client: Client, spelling: str) -> None:
    UserFactory(username="customer-ready")
    assert client.post(LOGIN, {"username": spelling, "password": PASSWORD}).status_code == 303


@pytest.mark.django_db
def test_every_spelling_of_a_name_counts_for_the_same_login(client: Client) -> None:
    UserFactory(username="customer-ready", email="kim@lake.example")
    spellings = [*SPELLINGS[1:4], "KIM@lake.example", "\u212aim@ｌake.example"]
    found = [client.post(LOGIN, {"username": name, "password": "wrong"}).status_code for name in spellings]
    assert found == [422] * 4 + [429]
    assert AccessAttempt.objects.get().username == "customer-ready"


@pytest.mark.django_db
def test_every_spelling_of_an_unknown_name_is_counted_as_one(rf: RequestFactory) -> None:
    request = rf.post(LOGIN)
    assert {attempted_name(request, {"username": name}) for name in SPELLINGS} == {"customer-ready"}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["kim@lake.example", "KIM@Lake.example", "\u212aim@lake.example"])
def test_a_reset_finds_the_address_in_every_spelling_and_mails_the_stored_one(client: Client, typed: str) -> None:
    UserFactory(email="kim@lake.example")
    client.post(RESET, {"email": typed})
    deliver_due()
    assert [message.to for message in mail.outbox] == [["kim@lake.example"]]


@pytest.mark.django_db
def test_a_reset_mails_one_of_an_older_pair_and_never_the_other(client: Client) -> None:
    UserFactory(email="kim@lake.example")
    later = UserFactory(email="other@lake.example")
    User.objects.filter(pk=later.pk).update(email="\u212aim@lake.example", email_key=None, email_skeleton=None)
    for typed in ("kim@lake.example", "\u212aim@lake.example"):
        client.post(RESET, {"email": typed})
    deliver_due()
    assert [message.to for message in mail.outbox] == [["kim@lake.example"], ["\u212aim@lake.example"]]


LOOK_ALIKES = [
    {"username": "cuſtomer-ready"},
    {"username": "сustomer-ready"},
    {"username": "CUSTOMER-READY"},
    {"username": "custorner-ready"},
    {"email": "KIM@Lake.example"},
    {"email": "\u212aim@lake.example"},
    {"email": "kim@lаke.example"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("names", LOOK_ALIKES, ids=ascii)
def test_a_new_login_that_reads_like_another_is_refused(names: dict[str, str]) -> None:
    UserFactory(username="customer-ready", email="kim@lake.example")
    values: Any = {"username": "erin", "email": "erin@lake.example", **names}
    answer = create_login(actor=None, tenant=CustomerFactory(), role="member", **values)
    assert isinstance(answer, LoginRefused)
    assert "reads like" in answer.reasons[0]


@pytest.mark.django_db
@pytest.mark.parametrize("names", LOOK_ALIKES, ids=ascii)
def test_the_database_refuses_it_too(names: dict[str, str]) -> None:
    UserFactory(username="customer-ready", email="kim@lake.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(**{"username": "erin", "email": "erin@lake.example", **names})


@pytest.mark.django_db
@pytest.mark.parametrize("names", LOOK_ALIKES, ids=ascii)
def test_staff_are_told_in_the_form(client: Client, names: dict[str, str]) -> None:
    UserFactory(username="customer-ready", email="kim@lake.example")
    other = UserFactory(username="erin")
    client.force_login(StaffFactory(is_superuser=True))
    form = {"username": "erin", "email": "erin@lake.example", "language": "en", "role": "member", **names}
    for address in ("/admin/accounts/user/add/", f"/admin/accounts/user/{other.pk}/change/"):
        page = client.post(address, {**form, "tenant": other.tenant_id, "is_active": "on"}).content.decode()
        assert "that reads like it" in page
    other.refresh_from_db()
    assert other.username == "erin"


@pytest.mark.django_db
def test_createsuperuser_refuses_a_look_alike() -> None:
    UserFactory(username="customer-ready")
    with pytest.raises(CommandError, match="reads like"):
        call_command("createsuperuser", "--no-input", "--username", "сustomer-ready", "--email", "x@lake.example")


@pytest.mark.django_db
def test_a_name_that_only_resembles_is_taken() -> None:
    UserFactory(username="customer-ready", email="burn@lake.example")
    UserFactory(username="customer-reedy", email="bum@lake.example")
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_a_changed_name_is_compared_from_then_on() -> None:
    user = UserFactory(username="dana")
    user.username = "Erin"
    user.save(update_fields=["username"])
    assert find("eRin") == user
    assert find("dana") is None


def test_both_of_an_older_pair_sign_in_as_they_are_spelled(pair: tuple[User, User]) -> None:
    first, later = pair
    assert (find("customer-ready"), find("cuſtomer-ready"), find("CUSTOMER-READY")) == (first, later, first)
    later.set_password("another-secret-word")
    later.save()
    assert find("cuſtomer-ready") == later


def test_the_later_of_a_pair_can_be_renamed(pair: tuple[User, User]) -> None:
    _first, later = pair
    later.username = "erin"
    later.save(update_fields={"username"})
    assert find("ERIN") == later


def test_older_pairs_are_listed_and_not_changed(pair: tuple[User, User], capsys: pytest.CaptureFixture[str]) -> None:
    before = list(User.objects.order_by("pk").values())
    call_command("find_look_alikes")
    listed, counted = capsys.readouterr()
    assert listed.splitlines() == [
        "'cu\\u017ftomer-ready'\t'customer-ready'\tusername_key",
        "'cu\\u017ftomer-ready'\t'customer-ready'\tusername_skeleton",
    ]
    assert counted == "2 pairs.\n"
    assert list(User.objects.order_by("pk").values()) == before


def test_nothing_is_listed_where_all_differ(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    UserFactory()
    call_command("find_look_alikes")
    assert capsys.readouterr() == ("", "0 pairs.\n")


@pytest.fixture
def before_the_migration(transactional_db: None) -> Iterator[MigrationExecutor]:
    MigrationExecutor(connection).migrate([BEFORE])
    executor = MigrationExecutor(connection)
    yield executor
    MigrationExecutor(connection).migrate(executor.loader.graph.leaf_nodes())


def test_the_migration_keeps_logins_that_collide(
    before_the_migration: MigrationExecutor, capsys: pytest.CaptureFixture[str]
) -> None:
    apps = before_the_migration.loader.project_state([BEFORE]).apps
    old_user: Any = apps.get_model("accounts", "User")
    for number, name in enumerate(("dana", "dаna", "erin", "ｅrin")):
        old_user.objects.create(username=name, email=f"{number}@lake.example", is_staff=True)
    before_the_migration.migrate(before_the_migration.loader.graph.leaf_nodes())
    assert dict(User.objects.values_list("username", "username_key")) == {
        "dana": "dana",
        "dаna": "dаna",
        "erin": "erin",
        "ｅrin": None,
    }
    assert set(User.objects.filter(username_skeleton=None).values_list("username", flat=True)) == {"dаna", "ｅrin"}
    call_command("find_look_alikes")
    assert len(capsys.readouterr().out.splitlines()) == 3
