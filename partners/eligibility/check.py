"""Check: one eligibility check as an object, and the return types of its function.

Only this package imports it. Pages and operations import `partners.eligibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.billing.facts import AccountFacts
from accounts.models import Side
from partners.eligibility.answer import Answer, AnswerResult, Evidence, Link
from partners.eligibility.terms import Terms

Data = Mapping[str, Any]
Text = str | Promise


@dataclass(frozen=True)
class Passed:
    """The check passed. The request stores `data`, from which the sentence is rendered in each reader's language."""

    data: Data = field(default_factory=dict)
    grant_id: int | None = None  # request-limit only: the grant that let it pass


@dataclass(frozen=True)
class Finding:
    """The check blocks, or its facts are unknown: everything that users need to act on it."""

    message: str  # what was found
    hint: str  # what to do
    who: tuple[Side, ...]  # who can do it
    evidence: Evidence | None = None
    link: Link | None = None
    result: AnswerResult = AnswerResult.FAIL


@dataclass(frozen=True)
class Check:
    """A rule with all its texts. `ask` is a pure function of its arguments."""

    code: str  # stored in policies, requests and the log, so it never changes
    title: Text
    passed: Text | Callable[[Data], str]  # the sentence if it passed; a function renders it from the stored data
    ask: Callable[[AccountFacts, Terms, datetime], Passed | Finding]
    at_start_only: bool = False  # the others run again at the decision and at the completion
    models: tuple[str, ...] = ()  # the association models that have it by default; (): staff can switch it on
    task: Text = ""  # the title as a task, if the check failed: "Set the currency"; empty: as the title
    partner_hint: Text = ""  # the hint addressed to the partner, if the partner can do something

    def answer(self, facts: AccountFacts, terms: Terms, now: datetime) -> Answer:
        """Run the check and return its answer in the active language."""
        found, title = self.ask(facts, terms, now), str(self.title)
        if isinstance(found, Passed):
            message = self.passed_words(found.data)
            return Answer(self.code, title, AnswerResult.PASS, message, data=found.data, grant_id=found.grant_id)
        return Answer(
            self.code,
            title,
            found.result,
            found.message,
            found.hint,
            found.who,
            found.evidence,
            found.link,
            task=str(self.task) if found.result == AnswerResult.FAIL else "",
            partner_hint=str(self.partner_hint),
        )

    def passed_words(self, data: Data) -> str:
        """Return the sentence of a passed check in the active language."""
        return self.passed(data) if callable(self.passed) else str(self.passed)
