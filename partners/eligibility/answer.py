"""Answer: what one eligibility check says, with everything that a person needs to act on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.billing.money import Money
from accounts.models import Side

SHOWN_ROWS = 20

Cell = str | date | datetime | Money
Fact = TypeVar("Fact")


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

    @classmethod
    def of(
        cls, caption: str, columns: tuple[str, ...], facts: Sequence[Fact], row: Callable[[Fact], tuple[Cell, ...]]
    ) -> Evidence:
        """Show the first 20 facts, each as the cells that `row` makes of it, and count the others."""
        return cls(caption, columns, tuple(map(row, facts[:SHOWN_ROWS])), max(0, len(facts) - SHOWN_ROWS))


@dataclass(frozen=True)
class Link:
    """Where the remedy is done: a URL name, a fragment of that page, the words of the link."""

    url_name: str
    fragment: str
    text: str


@dataclass(frozen=True)
class Answer:
    code: str
    title: str
    result: AnswerResult
    message: str  # what was found
    hint: str = ""  # what to do
    who: tuple[Side, ...] = ()  # who can do it
    evidence: Evidence | None = None
    link: Link | None = None
    partner_hint: str = ""  # the hint in words to the partner, where the partner can do something
    grant_id: int | None = None  # request-limit only: the grant that let it pass
    data: Mapping[str, Any] = field(default_factory=dict)  # of a passed check: stored, and read again later

    @property
    def passed(self) -> bool:
        return self.result == AnswerResult.PASS

    def without_evidence(self) -> Answer:
        return replace(self, evidence=None, link=None)


def blockers(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Every answer that is not PASS."""
    return tuple(answer for answer in answers if not answer.passed)
