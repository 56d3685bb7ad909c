"""The eligibility checks: pure functions `(AccountFacts, Terms, now) -> Answer` in one ordered tuple.

A new check is one function and one line here; its title and what it says when it passes stand in words.py.
All run, all are shown: never only the first blocker.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from accounts.facts import AccountFacts
from partners.eligibility.answer import Answer, AnswerResult, Cell, Evidence, Link, blockers
from partners.eligibility.fact_checks import (
    arrears,
    commerce_contract,
    currency,
    independent_members,
    partner_support_plan,
    reserved_instances,
    service_support_plan,
    unpaid_orders,
)
from partners.eligibility.request_checks import (
    account_frozen,
    member_account,
    mobile_number,
    open_request,
    request_limit,
)
from partners.eligibility.terms import GrantState, NumberState, OpenRequest, Terms, add_months
from partners.eligibility.words import TITLES, passed_words, title_of

Check = Callable[[AccountFacts, Terms, datetime], Answer]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("open-request", open_request),
    ("request-limit", request_limit),
    ("unpaid-orders", unpaid_orders),
    ("independent-members", independent_members),
    ("arrears", arrears),
    ("reserved-instances", reserved_instances),
    ("partner-support-plan", partner_support_plan),
    ("currency", currency),
    ("commerce-contract", commerce_contract),
    ("mobile-number", mobile_number),
    ("member-account", member_account),
    ("account-frozen", account_frozen),
    ("service-support-plan", service_support_plan),
)
# Asked only when a request is started; the others are asked again at the decision and at the completion.
START_ONLY = frozenset({"open-request", "request-limit", "mobile-number", "member-account"})


def run_checks(codes: Iterable[str], facts: AccountFacts, terms: Terms, now: datetime) -> tuple[Answer, ...]:
    """Run the named checks in the order of CHECKS and return all their answers."""
    wanted = frozenset(codes)
    return tuple(check(facts, terms, now) for code, check in CHECKS if code in wanted)


def later_checks(codes: Iterable[str]) -> list[str]:
    """Those of the codes that are asked again at the decision and at the completion."""
    return [code for code in codes if code not in START_ONLY]


__all__ = [
    "CHECKS",
    "START_ONLY",
    "TITLES",
    "Answer",
    "AnswerResult",
    "Cell",
    "Check",
    "Evidence",
    "GrantState",
    "Link",
    "NumberState",
    "OpenRequest",
    "Terms",
    "add_months",
    "blockers",
    "later_checks",
    "passed_words",
    "run_checks",
    "title_of",
]
