"""The client IP address for rate limits: the one that trusted proxies report, in any form, never that of a proxy."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings
from structlog.testing import capture_logs

from accounts import client_ip as module
from accounts.client_ip import client_ip, counted_address
from accounts.models import Challenge
from accounts.tests.code_entry import request_code
from accounts.tests.factories import PASSWORD, SmsDeviceFactory, UserFactory
from accounts.verification import Issued, Limited

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def warned() -> Iterator[None]:
    module._warned.clear()
    yield
    module._warned.clear()


def forwarded(rf: RequestFactory, text: str, header: str = "X-Forwarded-For") -> HttpRequest:
    request: HttpRequest = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={header: text})
    return request


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "10.0.0.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "198.51.100.7:1234, 203.0.113.9:80", "198.51.100.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "not an address", None),
    ],
)
def test_only_trusted_proxies_are_believed(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_ip(rf.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == address


def test_a_request_over_a_socket_file_has_no_address(rf: RequestFactory) -> None:
    assert client_ip(rf.get("/", REMOTE_ADDR="")) is None
    assert counted_address(rf.get("/", REMOTE_ADDR="")) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.5:41234", "203.0.113.5"),
        ('"203.0.113.5:41234"', "203.0.113.5"),
        ("for=203.0.113.5", "203.0.113.5"),
        ("proto=https;For=203.0.113.5;by=10.0.0.1", "203.0.113.5"),
        ("[203.0.113.5]:41234", "203.0.113.5"),
        ("203.0.113.5:_port", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("[::ffff:203.0.113.5]:41234", "203.0.113.5"),
        ("64:ff9b::203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2:3:4:5:6"),
        ("[2001:db8:1:2:3:4:5:6]:41234", "2001:db8:1:2:3:4:5:6"),
        ("2001:db8:1:2:3:4:5:6:41234", "2001:db8:1:2:3:4:5:6"),
        ('for="[2001:db8:1:2:3:4:5:6]:41234"', "2001:db8:1:2:3:4:5:6"),
        ('for="[2001:db8:1:2:3:4:5:6]:41234"; proto=https', "2001:db8:1:2:3:4:5:6"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
    ],
)
def test_every_form_that_proxies_write_is_read(rf: RequestFactory, settings: Settings, text: str, address: str) -> None:
    settings.TRUSTED_PROXIES = 1
    assert client_ip(forwarded(rf, text)) == address


BOTH = {"X-Forwarded-For": "203.0.113.5", "Forwarded": "for=198.51.100.7"}


@pytest.mark.parametrize(("header", "address"), [("X-Forwarded-For", "203.0.113.5"), ("Forwarded", "198.51.100.7")])
def test_client_cannot_choose_its_address_by_the_other_header(
    rf: RequestFactory, settings: Settings, header: str, address: str
) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER = 1, header
    assert client_ip(rf.get("/", headers=BOTH)) == counted_address(rf.get("/", headers=BOTH)) == address


@pytest.mark.parametrize(("trusted", "sent"), [("X-Forwarded-For", "Forwarded"), ("Forwarded", "X-Forwarded-For")])
def test_the_other_header_does_not_replace_a_missing_one(
    rf: RequestFactory, settings: Settings, trusted: str, sent: str
) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER = 1, trusted
    assert counted_address(forwarded(rf, "for=198.51.100.7", sent)) is None
    settings.TRUSTED_PROXIES = 0
    assert counted_address(forwarded(rf, "for=198.51.100.7", trusted)) == "192.0.2.1"


@pytest.mark.parametrize(
    "text",
    [
        "for=198.51.100.7, for=203.0.113.5",
        'for="[2001:db8::1]", for=203.0.113.5;proto=https',
        'for=203.0.113.5;host="portal.example,for=198.51.100.7"',
        'host="portal.example;for=198.51.100.7";for=203.0.113.5',
        'for=198.51.100.7;host="x,for=198.51.100.8", for=203.0.113.5;host="y,for=198.51.100.9"',
        'for="198.51.100.7, for=203.0.113.5',
        'for="198.51.100.7, for=203.0.113.5;host="portal.example"',
        'for="198.51.100.7, for="203.0.113.5:41234"',
    ],
)
def test_only_the_element_of_the_proxy_is_read_from_the_standard_header(
    rf: RequestFactory, settings: Settings, text: str
) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER = 1, "Forwarded"
    assert client_ip(forwarded(rf, text, "Forwarded")) == "203.0.113.5"


def test_two_proxies_are_counted_in_the_standard_header(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER = 2, "Forwarded"
    text = 'for=198.51.100.7, for=203.0.113.5;host="a,b", for=10.0.0.1;host="c,d"'
    assert client_ip(forwarded(rf, text, "Forwarded")) == "203.0.113.5"
    assert client_ip(forwarded(rf, "for=203.0.113.5", "Forwarded")) == "203.0.113.5"


def test_ipv6_is_counted_by_its_network(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    one, two = (counted_address(forwarded(rf, f"[2001:db8:1:2::{host}]:4711")) for host in ("1", "ffff:1"))
    assert one == two == "2001:db8:1:2::"
    assert counted_address(forwarded(rf, "2001:db8:1:3::1")) == "2001:db8:1:3::"
    assert counted_address(forwarded(rf, "::ffff:203.0.113.5")) == "203.0.113.5"


UNREADABLE = ["unknown", "_hidden", "203.0.113.005", "203.0.113.5.6", "a" * 9000, "\xff", "client.example"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_counted_under_its_own_text(rf: RequestFactory, settings: Settings, text: str) -> None:
    settings.TRUSTED_PROXIES = 1
    counted = counted_address(forwarded(rf, text))
    assert counted == counted_address(forwarded(rf, text))
    assert counted is not None
    assert counted.startswith("100::")
    assert counted != counted_address(forwarded(rf, f"{text}x"))
    settings.SECRET_KEY = "another" * 10
    assert counted != counted_address(forwarded(rf, text))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("unknown", "unknown:41234"),
        ("for=unknown", "for=unknown;host=b.example"),
        ("for=_hidden;host=a.example", 'host="b.example,for=1.2.3.4";for="_hidden:_port"'),
        ("unknown", "for=unknown"),
    ],
)
def test_client_cannot_change_the_text_that_is_counted(
    rf: RequestFactory, settings: Settings, text: str, same: str
) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER = 1, "Forwarded"
    one, two = (counted_address(forwarded(rf, sent, "Forwarded")) for sent in (text, same))
    assert one == two
    assert str(one).startswith("100::")


@pytest.mark.parametrize("text", ["", ",,,", " "])
def test_a_proxy_that_names_nobody_is_not_counted_itself(rf: RequestFactory, settings: Settings, text: str) -> None:
    settings.TRUSTED_PROXIES = 1
    assert counted_address(forwarded(rf, text)) is None


def test_the_operator_is_warned_once_of_each_kind(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    with capture_logs() as lines:
        for text in ("unknown", "_hidden", "", "203.0.113.5:1", ""):
            counted_address(forwarded(rf, text))
    assert [line["event"] for line in lines] == ["address-unreadable", "forwarded-address-missing"]
    assert lines[0]["text"] == "unknown"
    assert lines[0]["log_level"] == "warning"


def guess(name: str, text: str) -> int:
    status: int = (
        Client()
        .post(LOGIN, {"username": name, "password": "wrong"}, headers={"X-Forwarded-For": text} if text else None)
        .status_code
    )
    return status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_guesser", "of_others"),
    [
        ("203.0.113.5:41234", "203.0.113.6:41234"),
        ("[2001:db8::1]:80", "[2001:db8:0:1::1]:80"),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.6"),
        ("unknown", "_hidden"),
        ("_hidden", ""),
        ("", ""),
    ],
)
def test_wrong_passwords_of_one_person_lock_nobody_else_out(
    settings: Settings, of_guesser: str, of_others: str
) -> None:
    settings.TRUSTED_PROXIES, settings.LOGIN_FAILURES_OF_ADDRESS = 1, 3
    for number in range(4):
        guess(f"name-{number}", of_guesser)
    headers: Any = {"X-Forwarded-For": of_others} if of_others else None
    form = {"username": UserFactory().username, "password": PASSWORD}
    assert Client().post(LOGIN, form, headers=headers).status_code == 303


@pytest.mark.django_db
def test_the_limit_of_an_address_holds_against_the_other_header(settings: Settings) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_IP_HEADER, settings.LOGIN_FAILURES_OF_ADDRESS = 1, "Forwarded", 3
    forged = [{"Forwarded": "for=203.0.113.5", "X-Forwarded-For": f"198.51.100.{number}"} for number in range(3)]
    forms = [{"username": f"name-{number}", "password": "wrong"} for number in range(3)]
    statuses = [Client().post(LOGIN, form, headers=sent).status_code for form, sent in zip(forms, forged, strict=True)]
    assert statuses == [422] * 2 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["203.0.113.5:{port}", "[2001:db8::{port}]:{port}", "unknown"])
def test_the_limit_of_an_address_holds_whatever_its_port_is(settings: Settings, text: str) -> None:
    settings.TRUSTED_PROXIES, settings.LOGIN_FAILURES_OF_ADDRESS = 1, 3
    statuses = [guess(f"name-{number}", text.format(port=4000 + number)) for number in range(3)]
    assert statuses == [422] * 2 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "unknown", "203.0.113.5:1"])
def test_the_limit_of_an_account_holds_without_a_readable_address(settings: Settings, text: str) -> None:
    settings.TRUSTED_PROXIES = 1
    name = UserFactory().username
    assert [guess(name, text) for _ in range(5)] == [422] * 4 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["203.0.113.5:41234", "[2001:db8::1]:80", "unknown"])
def test_codes_are_limited_by_an_address_in_every_form(rf: RequestFactory, settings: Settings, text: str) -> None:
    settings.TRUSTED_PROXIES, settings.CODE_LIMIT_IP = 1, 2
    address = counted_address(forwarded(rf, text))
    answers = [type(request_code(SmsDeviceFactory().user, ip=address)) for _ in range(3)]
    assert answers == [Issued, Issued, Limited]
    assert set(Challenge.objects.values_list("ip", flat=True)) == {address}
