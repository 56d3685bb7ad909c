"""Answer: the result of one eligibility check, with everything that users need to act on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.billing.money import Money
from accounts.models import Side

MAX_ROWS = 20

Cell = str | date | datetime | Money
Fact = TypeVar("Fact")


class AnswerResult(models.TextChoices):
    PASS = "pass", _("Passed")
    FAIL = "fail", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


@dataclass(frozen=True)
class Evidence:
    """The table of rows behind an answer, such as orders. `more` counts the rows that are not shown."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0

    @classmethod
    def of(
        cls, caption: str, columns: tuple[str, ...], facts: Sequence[Fact], row: Callable[[Fact], tuple[Cell, ...]]
    ) -> Evidence:
        """Return a table of the first 20 facts. `row` returns the cells of a fact."""
        return cls(caption, columns, tuple(map(row, facts[:MAX_ROWS])), max(0, len(facts) - MAX_ROWS))


@dataclass(frozen=True)
class Link:
    """A link to the page where the user can fix it: URL name, fragment and link text."""

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
    task: str = ""  # the title as a task
    partner_hint: str = ""  # the hint addressed to the partner, if the partner can do something
    grant_id: int | None = None  # request-limit only: the grant that let it pass
    data: Mapping[str, Any] = field(default_factory=dict)  # of a passed check: stored with the request

    @property
    def passed(self) -> bool:
        return self.result == AnswerResult.PASS

    @property
    def name(self) -> str:
        """The task to do, or the title if nothing has to be done or nobody knows what."""
        return self.task or self.title

    @property
    def is_shared(self) -> bool:
        """More than one side can settle it."""
        return len(self.who) > 1

    def without_evidence(self) -> Answer:
        return replace(self, evidence=None, link=None)


def blockers(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return the answers that are not PASS."""
    return tuple(answer for answer in answers if not answer.passed)
