"""Normalized source keys: one account, a possible duplicate, or different accounts."""

from __future__ import annotations

import unicodedata

import pytest

from accounts.source_keys import account_key, clean, match_key

SUBSCRIPTION = "Microsoft:/subscriptions/AAAA-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SUBSCRIPTION, "Microsoft:/subscriptions/aaaa-1"),
        (SUBSCRIPTION, "microsoft:aaaa-1"),
        (SUBSCRIPTION, "Microsoft Azure:AAAA-1"),
        (SUBSCRIPTION, "Microsoft:/SUBSCRIPTIONS/aaaa\u200b-1"),
        ("Microsoft:/providers/Microsoft.Billing/billingAccounts/333", "Azure:333"),
        ("AWS:123", "Amazon Web Services:123"),
        ("Google Cloud:projects/my-shop", "GCP:my-shop"),
        ("lumen:1", "Lumen:1"),
        ("Lumen:M\u00fcnchen", unicodedata.normalize("NFD", "Lumen:M\u00fcnchen")),
        ("Lumen:1", "Lumen:\u202a1"),
        ("issuer:M\u00fcller", unicodedata.normalize("NFD", "issuer:M\u00dcLLER")),
        ("issuer:RESELLER ONE", "issuer:Reseller One"),
        ("issuer:Stra\u00dfe", "issuer:STRASSE"),
    ],
)
def test_spellings_of_one_account_are_equal(one: str, other: str) -> None:
    assert account_key(one) == account_key(other)
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), [("Lumen:a1", "Lumen:A1"), ("Lumen:\u00e9", "Lumen:\u00c9")])
def test_case_may_mean_something_to_a_provider_that_is_not_in_the_table(one: str, other: str) -> None:
    assert account_key(one) != account_key(other)
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AWS:1", "Microsoft:1"),
        ("AWS:/subscriptions/1", "AWS:1"),
        ("Lumen:/subscriptions/1", "Lumen:1"),
        ("AWS:1", "issuer:1"),
        ("Lumen:1", "Lumen:\uff11"),  # fullwidth: NFC keeps it apart
        ("Lumen:1:2", "Lumen:12"),
    ],
)
def test_different_accounts_are_different(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize(
    ("text", "seen"), [("Issuer \u200b", "Issuer"), ("\u202egnitset", "gnitset"), ("\u200b", ""), ("a\tb\x7f", "a b")]
)
def test_what_nobody_sees_is_dropped(text: str, seen: str) -> None:
    assert clean(text) == seen


def test_the_longest_key_folds_into_its_column() -> None:
    assert len(match_key("issuer:" + "\u0390" * 193)) <= 600
