"""Answer: what one eligibility check says, with everything that a person needs to act on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Side
from accounts.money import Money
from partners.eligibility.words import passed_words, title_of

Cell = str | date | datetime | Money


class AnswerResult(models.TextChoices):
    PASS = "pass", _("Passed")
    FAIL = "fail", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


@dataclass(frozen=True)
class Evidence:
    """The rows behind an answer: orders, members, contracts. `more` counts those that are not shown."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Link:
    """Where the remedy is done: a URL name, a fragment of that page, the words of the link."""

    url_name: str
    fragment: str
    text: str


@dataclass(frozen=True)
class Answer:
    code: str
    result: AnswerResult
    message: str  # what was found
    hint: str = ""  # what to do
    who: tuple[Side, ...] = ()  # who can do it
    evidence: Evidence | None = None
    link: Link | None = None
    grant_id: int | None = None  # request-limit only: the grant by which it passed
    data: Mapping[str, Any] = field(default_factory=dict)  # of a passed one: by it the message is read again later

    @property
    def title(self) -> str:
        return title_of(self.code)

    @property
    def passed(self) -> bool:
        return self.result == AnswerResult.PASS

    def without_evidence(self) -> "Answer":
        return replace(self, evidence=None, link=None)


def passed(code: str, **data: Any) -> Answer:
    return Answer(code, AnswerResult.PASS, passed_words(code, data), data=data)


def blockers(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Every answer that is not PASS."""
    return tuple(answer for answer in answers if not answer.passed)
