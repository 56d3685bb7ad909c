"""The messages of the demo as a page: who reads them, the code, and that it keeps itself fresh."""

import re
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.codes import code_for
from accounts.models import Challenge, SmsDevice, User
from accounts.notifications.deliver import deliver_due
from portal.demo import cast, messages, readers, world
from portal.demo.mail import MessageFileBackend
from portal.templatetags.demo import mark_code

pytestmark = pytest.mark.django_db
PAGE = "/demo/messages/"


@pytest.fixture
def _own_file(settings: Settings, tmp_path: Path) -> None:
    settings.MESSAGES_FILE = settings.SMS_FILE = tmp_path / "messages.jsonl"


@pytest.fixture
def code(_own_file: None) -> str:
    """The code of a customer of the demo, on its way."""
    world.build()
    customer = Client()
    customer.post("/accounts/login/", {"username": "customer-ready", "password": cast.PASSWORD})
    customer.post("/my-partner/disassociate/", {"understand": "on", "reason": ""})
    deliver_due()
    return code_for(Challenge.objects.get())


def test_the_code_is_marked_and_its_reader_named(code: str) -> None:
    page = Client().get(PAGE).content.decode()
    assert page.count(f'<strong class="message__code">{code}</strong>') == 1
    [entry] = [entry for entry in page.split("<li ") if "message__code" in entry]
    number = SmsDevice.objects.get(user__username="customer-ready").number
    assert all(word in entry for word in ("customer-ready", "Northfield Traders", str(number)))


def test_its_list_names_its_newest_message(code: str) -> None:
    page = Client().get(PAGE).content.decode()
    [newest] = re.findall(r'data-refresh="([^"]+)"', page)
    assert newest == messages.all_messages()[0].sent_at
    assert "js/refresh" in page


@pytest.mark.usefixtures("_own_file")
def test_an_address_that_nobody_has_is_shown_as_it_is() -> None:
    MessageFileBackend().send_messages([EmailMessage("s", "b", to=["gone@v.example"])])
    assert "<strong><bdi>gone@v.example</bdi></strong>" in Client().get(PAGE).content.decode()


@pytest.mark.usefixtures("_own_file")
def test_the_page_without_messages_says_so() -> None:
    assert "0 messages" in Client().get(PAGE).content.decode()


@pytest.mark.usefixtures("code")
def test_readers_are_found_by_username_address_and_number() -> None:
    user = User.objects.get(username="partner-admin")
    number = str(SmsDevice.objects.get(user=user).number)
    found = readers.readers_of([user.username, user.email, number, "+4915100000000"])
    assert {address: reader.organisation for address, reader in found.items() if address == number} == {
        number: cast.PARTNER
    }
    assert found[user.username] == found[user.email] == found[number]
    assert "+4915100000000" not in found


@pytest.mark.parametrize("text", ["No code here.", "12345 and 1234567", "D-12345678"])
def test_nothing_else_is_marked(text: str) -> None:
    assert mark_code(text) == text


def test_a_marked_text_is_escaped() -> None:
    assert mark_code("<b>123456") == '&lt;b&gt;<strong class="message__code">123456</strong>'


@pytest.mark.usefixtures("code")
def test_it_does_not_exist_without_demo(settings: Settings) -> None:
    settings.DEMO = False
    assert Client().get(PAGE).status_code == 404
