"""E-mail domains are those of IDNA 2008: one stored form, one comparison, and the mail goes to whom it is meant for."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client

from accounts.address_fields import AddressFormField
from accounts.addresses import comparable_address, sender_address, stored_address
from accounts.models import User
from accounts.notifications.deliver import deliver_due
from accounts.notifications.mail import send_with_timeout
from accounts.operations.create_login import LoginCreated, LoginRefused, create_login
from accounts.sign_in.backends import find
from accounts.tests.factories import PASSWORD, CustomerFactory, StaffFactory, UserFactory
from accounts.tests.test_mail import MailServer, server

__all__ = ["server"]
RESET = "/accounts/password-reset/"
SHARP_S, SHARP_S_SENT = "dana@straße.example", "dana@xn--strae-oqa.example"
SPELLINGS = [SHARP_S, "DANA@Straße.EXAMPLE", SHARP_S_SENT, "dana@XN--STRAE-OQA.example", " dana@straße。example\u200e"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (SHARP_S, SHARP_S_SENT),
        ("Dana@STRASSE.example", "Dana@strasse.example"),
        ("dana@faß.example", "dana@xn--fa-hia.example"),
        ("dana@βόλος.example", "dana@xn--nxasmm1c.example"),  # a final sigma, which IDNA 2003 made another letter
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
        ("dana@نامه\u200cای.example", "dana@xn--mgba3gch31f060k.example"),  # a joiner that belongs to the word
        ("dana@𠀀.example", "dana@xn--j50i.example"),
        ("dana@ｌake。example", "dana@lake.example"),
        ("dana@r3---sn.example", "dana@r3---sn.example"),  # ASCII is a domain as it is
        ("da\u200ena@lake.example\u2069", "dana@lake.example"),
    ],
)
def test_an_address_has_one_stored_form_and_it_is_taken_by_forms(typed: str, stored: str) -> None:
    assert stored_address(typed) == stored
    assert AddressFormField().clean(typed) == stored
    assert User(email=typed)._meta.get_field("email").clean(typed, None) == stored


@pytest.mark.parametrize(
    "typed", ["dana@i❤.example", "dana@xn--a.example", f"dana@{'ü' * 60}.example", "dana@ü..example", "dana@-ü.example"]
)
def test_what_idna_refuses_is_refused_at_entry(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"name@organisation\.example"):
        AddressFormField().clean(typed)
    with pytest.raises(ValidationError, match=r"name@organisation\.example"):
        User._meta.get_field("email").clean(typed, None)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_link_to_set_a_password_goes_to_the_domain_that_was_meant(client: Client, typed: str) -> None:
    UserFactory(email=SHARP_S)
    UserFactory(email="dana@strasse.example")
    client.post(RESET, {"email": typed})
    client.post(RESET, {"email": "dana@strasse.example"})
    deliver_due()
    assert [message.to for message in mail.outbox] == [[SHARP_S_SENT], ["dana@strasse.example"]]


def test_the_mail_server_is_given_the_domain_of_idna_2008(server: MailServer) -> None:
    commands: list[str] = []
    server.before = lambda conversation, word, line: commands.append(word)
    send_with_timeout(EmailMessage("Subject", "Text", sender_address("Portal <no-reply@faß.example>"), [SHARP_S_SENT]))
    (taken,) = server.taken
    assert b"To: dana@xn--strae-oqa.example" in taken
    assert b"From: Portal <no-reply@xn--fa-hia.example>" in taken


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_signs_in_in_every_spelling_of_its_domain(client: Client, spelling: str) -> None:
    user = UserFactory(email=SHARP_S)
    UserFactory(email="dana@strasse.example")
    assert find(spelling) == user
    assert client.post("/accounts/login/", {"username": spelling, "password": PASSWORD}).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_new_login_cannot_take_an_address_in_another_spelling(spelling: str) -> None:
    UserFactory(email=SHARP_S)
    answer = create_login(
        actor=None, tenant=CustomerFactory(), role="member", username="erin", email=spelling.strip(" \u200e")
    )
    assert isinstance(answer, LoginRefused)


@pytest.mark.django_db
def test_two_domains_that_idna_2003_mixed_up_have_a_login_each() -> None:
    for name, address in (("dana", SHARP_S), ("erin", "dana@strasse.example")):
        answer = create_login(actor=None, tenant=CustomerFactory(), role="member", username=name, email=address)
        assert isinstance(answer, LoginCreated)
    assert set(User.objects.values_list("email", flat=True)) == {SHARP_S_SENT, "dana@strasse.example"}


@pytest.mark.django_db
def test_staff_type_any_domain_and_people_read_it_in_its_letters(client: Client) -> None:
    client.force_login(StaffFactory(is_superuser=True))
    user = UserFactory()
    form = {"username": user.username, "email": SHARP_S, "language": "en", "role": "member", "is_active": "on"}
    client.post(f"/admin/accounts/user/{user.pk}/change/", form)
    user.refresh_from_db()
    assert user.email == SHARP_S_SENT
    assert "d•••••@straße.example" in client.get("/admin/accounts/user/").content.decode()
    assert user.username in client.get("/admin/accounts/user/", {"q": SHARP_S}).content.decode()


@pytest.mark.django_db
def test_the_migration_stores_older_domains_as_they_are_sent_to() -> None:
    user, tenant, odd = UserFactory(), CustomerFactory(), UserFactory()
    with connection.cursor() as cursor:
        for row, address in ((user, SHARP_S), (odd, "dana@i❤.example")):
            cursor.execute("UPDATE accounts_user SET email = %s WHERE id = %s", [address, row.pk])
        cursor.execute("UPDATE accounts_tenant SET contact_email = %s", ["buying@faß.example"])
    migration: Any = importlib.import_module("accounts.migrations.0007_domains_by_idna_2008")
    migration.store_as_a_labels(apps, None)
    user.refresh_from_db()
    tenant.refresh_from_db()
    odd.refresh_from_db()
    assert (user.email, tenant.contact_email) == (SHARP_S_SENT, "buying@xn--fa-hia.example")
    assert odd.email == "dana@i❤.example"


@pytest.mark.django_db
def test_of_an_older_pair_with_one_mailbox_the_first_signs_in() -> None:
    first, later = UserFactory(email=SHARP_S), UserFactory()
    User.objects.filter(pk=later.pk).update(email=SHARP_S_SENT, email_key=None, email_skeleton=None)
    assert find(SHARP_S_SENT) == find(SHARP_S) == first


def test_an_address_that_has_no_stored_form_is_still_compared() -> None:
    assert comparable_address("Dana@I❤.example") == comparable_address("dana@i❤.example")
