"""Normalized names and skeletons: which names are equal, and which read alike."""

import pytest
from hypothesis import example, given, strategies as st

from accounts.addresses import address_skeleton
from accounts.normalization import normal_form, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cuſtomer-ready", "customer-ready"),  # long s
        ("ｄａｎａ", "dana"),  # full width
        ("DANA", "dana"),
        ("straße", "STRASSE"),
        ("K", "k"),  # the Kelvin sign
        ("Ångström", "a\u030angstro\u0308m"),
        ("ﬁona", "fiona"),  # a ligature
        (" dana\u200e", "\u2068dana\u2069"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),  # final sigma
    ],
)
def test_one_name_in_two_spellings_is_equal(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), [("dana", "dána"), ("dana", "dаna"), ("ian", "lan"), ("a.b", "ab")])
def test_two_names_are_not_equal(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("customer-ready", "сustomer-ready"),  # one letter is Cyrillic
        ("copa", "сора"),  # all of them are
        ("COPA", "СОРА"),
        ("abe", "ΑΒΕ"),  # Greek capitals
        ("mike", "ΜIKE"),
        ("lan", "Ian"),
        ("userl", "user1"),
        ("b0b", "BOB"),
        ("burn", "bum"),
        ("ivan", "İvan"),
        ("ian", "ıan"),
        ("a-b", "a‐b"),
    ],
)
def test_names_that_read_alike_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("dana", "dona"), ("zoe", "żoe"), ("user1", "user2"), ("a-b", "a.b")])
def test_names_that_differ_to_the_eye_share_none(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_addresses_read_alike_by_other_scripts_and_not_by_ascii() -> None:
    assert address_skeleton("dana@раураl.example") == address_skeleton("DANA@paypal.example")
    assert address_skeleton("burn@lake.example") != address_skeleton("bum@lake.example")
    assert address_skeleton("ian1@lake.example") != address_skeleton("ianl@lake.example")


@example("¨")
@given(st.text(max_size=30))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
