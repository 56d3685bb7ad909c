"""The eligibility checks: what must be settled before a customer can disassociate.

A new check is one `Check` with its function in one of the files here. Pages show the checks in the order of CHECKS. All
checks that apply run and are shown, not only the first blocker. The package imports accounts only.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.billing.facts import AccountFacts
from partners.eligibility.answer import Answer, AnswerResult, blockers
from partners.eligibility.billing import BILLING
from partners.eligibility.check import Check
from partners.eligibility.commitments import COMMITMENTS
from partners.eligibility.identity import IDENTITY
from partners.eligibility.optional import OPTIONAL
from partners.eligibility.requests import REQUESTS
from partners.eligibility.terms import GrantState, NumberState, OpenRequestState, Terms, add_months

CHECKS: tuple[Check, ...] = (*REQUESTS, *BILLING, *COMMITMENTS, *IDENTITY, *OPTIONAL)
# These run only when a request is started. The others run again at the decision and at the completion.
START_ONLY = frozenset(check.code for check in CHECKS if check.at_start_only)
_BY_CODE = {check.code: check for check in CHECKS}


def run_checks(codes: Iterable[str], facts: AccountFacts, terms: Terms, now: datetime) -> tuple[Answer, ...]:
    """Run the named checks in the order of CHECKS and return their answers."""
    wanted = frozenset(codes)
    return tuple(check.answer(facts, terms, now) for check in CHECKS if check.code in wanted)


def later_checks(codes: Iterable[str]) -> list[str]:
    """Return the codes of the checks that run again at the decision and at the completion."""
    return [code for code in codes if code not in START_ONLY]


def default_checks(model: str) -> list[str]:
    """Return the codes of the checks that a new policy has for associations of this model."""
    return [check.code for check in CHECKS if model in check.models]


def title_of(code: str) -> str:
    """Return the title of a check in the active language, or its code if the check no longer exists."""
    check = _BY_CODE.get(code)
    return str(check.title) if check else code


def passed_words(code: str, data: Mapping[str, Any]) -> str:
    """Return the sentence of a stored passed check in the active language, or "" if the check no longer exists."""
    check = _BY_CODE.get(code)
    return check.passed_words(data) if check else ""


__all__ = [
    "CHECKS",
    "START_ONLY",
    "Answer",
    "AnswerResult",
    "Check",
    "GrantState",
    "NumberState",
    "OpenRequestState",
    "Terms",
    "add_months",
    "blockers",
    "default_checks",
    "later_checks",
    "passed_words",
    "run_checks",
    "title_of",
]
