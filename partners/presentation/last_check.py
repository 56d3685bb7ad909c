"""What changed since the check that the page showed before.

The answers travel as a signed parameter of the "Check again" link, so that checking writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from django.core import signing
from django.utils.translation import get_language

from partners.eligibility import Answer
from partners.models import Association

PASSED = ""


@dataclass(frozen=True)
class Changes:
    """Titles of the checks whose answers changed, joined by commas."""

    settled: str
    new: str
    other: str  # still to settle, but for another reason or amount

    @property
    def is_none(self) -> bool:
        return not (self.settled or self.new or self.other)


def sign(association: Association, answers: Iterable[Answer]) -> str:
    """Return the answers as the parameter, valid for this association in the active language."""
    marks = {answer.code: _mark(answer) for answer in answers if not answer.passed}
    return signing.dumps(marks, salt=_salt(association), compress=True)


def changes_since(parameter: str, association: Association, answers: Iterable[Answer]) -> Changes | None:
    """Return the changes since the signed answers. A missing or forged parameter is treated as absent."""
    try:
        before = signing.loads(parameter, salt=_salt(association))
    except signing.BadSignature:
        return None
    now = [(answer, before.get(answer.code, PASSED)) for answer in answers]
    return Changes(
        settled=_titles(answer for answer, mark in now if answer.passed and mark != PASSED),
        new=_titles(answer for answer, mark in now if not answer.passed and mark == PASSED),
        other=_titles(answer for answer, mark in now if not answer.passed and mark not in (PASSED, _mark(answer))),
    )


def _mark(answer: Answer) -> str:
    """Return the result and a checksum of the sentence, which names counts and amounts."""
    return PASSED if answer.passed else f"{answer.result}-{crc32(answer.message.encode())}"


def _titles(answers: Iterable[Answer]) -> str:
    return ", ".join(answer.title for answer in answers)


def _salt(association: Association) -> str:
    return f"partners.last_check:{association.pk}:{get_language()}"
