"""Masking of numbers and addresses, and fingerprints."""

from __future__ import annotations

from typing import Any

import pytest
from phonenumber_field.phonenumber import to_python

from accounts.masking import mask_email, mask_phone, number_fingerprint


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+447700900418", "+44 •••• •••418"),
        ("+14155550199", "+1 •••• •••199"),
        ("+852 9123 4567", "+852 •••• •••567"),
        ("020 7946 0018", "•••• •••018"),
        ("+44", "•••• •••"),
        ("12345", "•••• •••"),
        ("no number", "•••• •••"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_keeps_its_country_and_three_digits(number: Any, shown: str) -> None:
    assert mask_phone(number) == shown


def test_a_number_of_the_model_is_masked_like_its_text() -> None:
    assert mask_phone(to_python("+447700900418")) == "+44 •••• •••418"


def test_mask_hides_the_length() -> None:
    assert len(mask_phone("+4915112345678")) == len(mask_phone("+49301234567"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("dana@x.example", "d•••••@x.example"),
        ("d@x.example", "•••••@x.example"),
        ("a@b@x.example", "a•••••@x.example"),
        ("nobody", "•••••"),
        ("", ""),
    ],
)
def test_an_address_keeps_its_first_letter_and_its_domain(address: str, shown: str) -> None:
    assert mask_email(address) == shown


def test_fingerprint_distinguishes_numbers_without_revealing_them() -> None:
    one, other = number_fingerprint("+447700900418"), number_fingerprint("+447700900419")
    assert one != other
    assert one == number_fingerprint(to_python("+447700900418"))
    assert len(one) == 64
    assert "7700900418" not in one


def test_a_fingerprint_survives_a_new_code_key_and_not_a_new_secret_key(settings: Any) -> None:
    before = number_fingerprint("+447700900418")
    settings.CODE_KEYS = ["a-new-code-key-0123456789-abcdefghijklmnop"]
    assert number_fingerprint("+447700900418") == before
    settings.SECRET_KEY = "another-secret-key-0123456789-abcdefghijklmnop"
    assert number_fingerprint("+447700900418") != before
