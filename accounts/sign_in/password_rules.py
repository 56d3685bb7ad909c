"""Password validator for common words with digits or signs around them, such as `password2025!`.

It complements Django's list of common passwords, which contains only about two hundred of twelve characters or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

SHORTEST_WORD = 4
SHORTEST_REST = 4  # letters that must be left after the context words are removed


class KnownWordValidator:
    """Reject passwords whose letters are a common password, or names of this portal or the user's organisation."""

    def __init__(self) -> None:
        self.common: frozenset[str] = frozenset(CommonPasswordValidator().passwords)

    def validate(self, password: str, user: User | None = None) -> None:
        core = letters(password)
        rest = _without(core, context_words(user))
        if self._is_common(core) or (rest != core and len(rest) < SHORTEST_REST):
            raise ValidationError(self.get_help_text(), code="password_known_word")

    def get_help_text(self) -> str:
        return _(
            "Not a common password, and not a name of this portal or your organisation, "
            "even with digits or signs around it."
        )

    def _is_common(self, core: str) -> bool:
        half = core[: len(core) // 2]
        return core in self.common or (half in self.common and half * 2 == core)


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalpha())


def context_words(user: User | None) -> set[str]:
    """Return the words in the names of the product, the vendor, the host and the user's organisation."""
    return {word for name in _names(user) for word in map(letters, name.split()) if len(word) >= SHORTEST_WORD}


def _names(user: User | None) -> Iterator[str]:
    yield from ("partner portal", settings.PRODUCT_NAME, settings.VENDOR_NAME)
    yield (urlsplit(settings.PUBLIC_URL).hostname or "").replace(".", " ").replace("-", " ")
    if user is not None and user.tenant is not None:
        yield user.tenant.name


def _without(core: str, words: set[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        core = core.replace(word, "")
    return core
