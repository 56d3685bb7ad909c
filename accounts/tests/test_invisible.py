"""Invisible characters in pasted text: removed from numbers, codes, addresses and names, escaped in terminals."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from accounts.addresses import stored_address
from accounts.codes import plain_digits
from accounts.forms.code import CodeField
from accounts.forms.numbers import e164
from accounts.models import Tenant, User
from accounts.normalization import printable, visible
from accounts.tests.factories import CustomerFactory, StaffFactory, UserFactory

# Embedding, isolate and mark of a direction, zero width, byte order mark, soft hyphen, a tag, a control character.
UNSEEN = ["\u202a", "\u2068", "\u200e", "\u202e", "\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\x07", "\x1b"]
NOTHING = ["\u200b", "\u3164", "\u2800", "\u034f\ufe0f", " \u00a0\u2028", "\u202e\u202c", "\x00", "\u115f\u1160"]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_it_is_dropped_from_numbers_codes_and_addresses(unseen: str) -> None:
    assert e164(f"{unseen}+44 77{unseen}00 900418{unseen}") == "+447700900418"
    assert e164(f"{unseen}0044 7700 900418") == "+447700900418"
    assert plain_digits(f"{unseen}123{unseen} 456{unseen}") == "123456"
    assert CodeField().clean(f"{unseen}123456{unseen}") == "123456"
    assert stored_address(f"{unseen}da{unseen}na@lake.ex{unseen}ample{unseen}") == "dana@lake.example"
    assert visible(f"{unseen}Lake{unseen} Ltd{unseen}") == "Lake Ltd"


@pytest.mark.parametrize("text", ["Lake & <b>Söhne</b>", "שלום", "北野商会", "e\u0301", "👩\ufe0f"], ids=ascii)
def test_what_is_seen_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_what_is_empty_to_the_eye_is_empty(text: str) -> None:
    assert visible(text).strip() == ""


def test_a_name_stays_in_one_line() -> None:
    assert visible("Lake\nLtd\u2028of\tthe\u00a0North") == "Lake Ltd of the North"


@pytest.mark.django_db
@pytest.mark.parametrize("name", NOTHING, ids=ascii)
def test_staff_cannot_save_an_empty_name(client: Client, name: str) -> None:
    client.force_login(StaffFactory(is_superuser=True))
    form = {"key": "AWS:1", "kind": "customer", "name": name, "is_active": "on"}
    page: Any = client.post("/admin/accounts/tenant/add/", form)
    assert "name" in page.context["adminform"].form.errors
    assert not Tenant.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_names_that_staff_save_lose_it(client: Client, unseen: str) -> None:
    client.force_login(StaffFactory(is_superuser=True))
    form = {"key": f"AWS:1{unseen}", "kind": "customer", "name": f"{unseen}gnitset", "is_active": "on"}
    client.post("/admin/accounts/tenant/add/", {**form, "contact_phone": f"{unseen}+44 7700 900418"})
    tenant = Tenant.objects.get()
    assert (tenant.key, tenant.name, tenant.contact_phone) == ("AWS:1", "gnitset", "+44 7700 900418")


@pytest.mark.parametrize("name", ["\u3164", "da\u3164na", "da\u200dna", "dana\u202e", "\uffa0"], ids=ascii)
def test_a_username_has_only_letters_that_are_seen(name: str) -> None:
    with pytest.raises(ValidationError, match="Use letters"):
        User._meta.get_field("username").clean(name, None)


@pytest.mark.django_db
def test_a_pasted_number_with_marks_of_direction_is_taken(client: Client) -> None:
    client.force_login(UserFactory(), backend="accounts.sign_in.backends.AccountBackend")
    form = {"number": "\u202a+44 7700 900418\u202c", "password": "correct-horse-battery"}
    assert client.post("/account/mobile-number/", form).status_code == 303


def test_text_of_others_cannot_move_the_cursor_of_a_terminal() -> None:
    assert printable("a\x1b[2Jb\r\nc\u202ed\u200b\x9bé") == "a\\x1b[2Jb\\r\\nc\\u202ed\\u200b\\x9bé"


@pytest.mark.django_db
def test_the_list_of_tenants_is_safe_to_print(capsys: pytest.CaptureFixture[str]) -> None:
    CustomerFactory(key="AWS:1", name="\x1b[31mLake\t\u202eltd\n")
    call_command("create_login", "--list")
    _head, line = capsys.readouterr().out.splitlines()
    assert line.split("\t") == ["AWS:1", "customer", "\\x1b[31mLake\\t\\u202eltd\\n", "-", "0"]
