"""Frozen copy of the functions that migration 0011 fills the match key with. Do not change it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from accounts.migrations._names import visible

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
_BY_NAME = {name: provider for provider in PROVIDERS for name in provider.names}


def clean(text: str) -> str:
    """Return the text in NFC, stripped, without invisible control and format characters."""
    return unicodedata.normalize("NFC", visible(text)).strip()


def provider_of(name: str) -> SourceProvider:
    """The provider of that name; one that is not in the table keeps its IDs as they are."""
    name = fold(name)
    return _BY_NAME.get(name) or SourceProvider(names=(name,), folds_case=False)


@lru_cache(maxsize=8192)
def account_key(key: str) -> str:
    """Return the normalized key, equal for all spellings of one account and different for two accounts."""
    name, _colon, number = clean(key).partition(":")
    provider = provider_of(name)
    number = fold(number) if provider.folds_case else number
    for prefix in provider.prefixes:
        number = number.removeprefix(prefix)
    return f"{provider.names[0]}:{number}"


@lru_cache(maxsize=8192)
def match_key(key: str) -> str:
    """Return the key for possible duplicates: like `account_key`, but case-insensitive for every provider."""
    return fold(account_key(key))[:MATCH_KEY_LENGTH]


def fold(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", clean(text).casefold())
