"""Normalization of source keys, to match one account in several spellings.

A customer's key is `<provider>:<ID>`, a partner's `issuer:<name>`.

Exports write one ID in several ways: in another case, decomposed (NFD), with invisible characters, with or without a
prefix, under the former name of the provider. PROVIDERS lists the differences to ignore. For other providers case
may matter: `account_key` keeps it, and `match_key` ignores it to find possible duplicates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from accounts.normalization import visible

ISSUER = "issuer"
MATCH_KEY_LENGTH = 600  # of 200 characters; folding makes up to three of one


@dataclass(frozen=True)
class SourceProvider:
    """A provider: its names, the first of which stands for all, and how it writes IDs."""

    names: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()  # IDs that mean "none", beside the words that everybody writes
    folds_case: bool = True


PROVIDERS = (
    SourceProvider(
        names=("microsoft", "microsoft azure", "azure", "microsoft corporation"),
        prefixes=("/subscriptions/", "/providers/microsoft.billing/billingaccounts/"),
        nulls=("-2",),
    ),
    SourceProvider(names=("aws", "amazon web services", "amazon web services, inc.", "amazon")),
    SourceProvider(names=("google cloud", "google", "google cloud platform", "gcp"), prefixes=("projects/",)),
    SourceProvider(names=("oracle", "oracle cloud", "oracle cloud infrastructure", "oci"), folds_case=False),
    SourceProvider(names=(ISSUER,)),
)
NULLS_OF_PROVIDERS = frozenset(null for provider in PROVIDERS for null in provider.nulls)
_BY_NAME = {name: provider for provider in PROVIDERS for name in provider.names}


def clean(text: str) -> str:
    """Return the text in NFC, stripped, without invisible control and format characters."""
    return unicodedata.normalize("NFC", visible(text)).strip()


def provider_of(name: str) -> SourceProvider:
    """The provider of that name; one that is not in the table keeps its IDs as they are."""
    name = fold(name)
    return _BY_NAME.get(name) or SourceProvider(names=(name,), folds_case=False)


def sibling_key(key: str, number: str) -> str:
    """Return another ID of the provider that `key` names, such as a commitment's, in its normal form."""
    return account_key(f"{key.partition(':')[0]}:{number}")


@lru_cache(maxsize=8192)
def account_key(key: str) -> str:
    """Return the normalized key, equal for all spellings of one account and different for two accounts."""
    name, _colon, number = clean(key).partition(":")
    provider = provider_of(name)
    number = fold(number) if provider.folds_case else number
    return f"{provider.names[0]}:{_without_prefixes(number, provider.prefixes)}"


def bare_number(number: str) -> str:
    """Return an ID of an unknown provider, folded and without any provider's prefix.

    Two accounts may have the same: use it only where taking them for one is safe.
    """
    prefixes = (prefix for provider in PROVIDERS for prefix in provider.prefixes)
    return _without_prefixes(fold(clean(number)), prefixes)


def _without_prefixes(number: str, prefixes: Iterable[str]) -> str:
    for prefix in prefixes:
        number = number.removeprefix(prefix)
    return number


@lru_cache(maxsize=8192)
def match_key(key: str) -> str:
    """Return the key for possible duplicates: like `account_key`, but case-insensitive for every provider."""
    return fold(account_key(key))[:MATCH_KEY_LENGTH]


def fold(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", clean(text).casefold())
