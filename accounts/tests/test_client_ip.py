"""Whose address counts: the one that the trusted proxies report, and no other."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.client_ip import client_ip


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
