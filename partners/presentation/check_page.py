"""Data of the Disassociate page: the answers of the checks and, if all pass, the statement to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Side
from partners.eligibility import Answer, AnswerResult, blockers
from partners.models import Association, DisassociationRequest
from partners.presentation.last_check import Changes, changes_since, sign
from partners.presentation.open_request import OpenRequest, open_request_of
from partners.presentation.reader import Reader
from partners.queries.checks import Checks


@dataclass(frozen=True)
class TaskGroup:
    """The blockers that one side has to settle. An answer that several can settle is the reader's own, if it may be."""

    side: str
    title: str
    answers: tuple[Answer, ...]
    is_mine: bool


@dataclass(frozen=True)
class BlockedPage:
    """The page if a check is FAIL or UNKNOWN: all blockers, each with what to do and who can do it."""

    partner_name: str
    answers: tuple[Answer, ...]
    opened: OpenRequest | None  # of the reader's side, shown instead of the tasks: a request that runs is no failure
    title: str  # why nothing can be submitted although no check blocks, or empty
    text: str
    groups: tuple[TaskGroup, ...]
    blocked: int
    has_failed: bool  # False: all blockers are unknown
    passed: tuple[Answer, ...]
    names: Mapping[str, str]
    checked_at: datetime
    checked: str  # the parameter of "Check again"
    changes: Changes | None
    after_code: bool


@dataclass(frozen=True)
class ReadyPage:
    partner_name: str
    needs_consent: bool
    deadline_days: int
    request_limit: int
    window_months: int
    answers: tuple[Answer, ...]
    changes: list[str]
    stays: list[str]
    masked_number: str
    checked_at: datetime
    code_waits: bool  # a code was sent before and can still be entered
    locked_until: datetime | None  # no code is sent before


def blocked_page(
    association: Association,
    answers: tuple[Answer, ...],
    reader: Reader,
    at: datetime,
    *,
    opened: DisassociationRequest | None = None,
    checked: str = "",
    after_code: bool = False,
) -> BlockedPage:
    """Return the page. Without a blocker, the association or the rules changed after the code was sent."""
    found, names = blockers(answers), reader.names(association)
    groups = _groups(found, reader, names)
    return BlockedPage(
        partner_name=reader.other_name(association),
        answers=answers,
        opened=open_request_of(opened, association, reader) if opened and reader.started(opened) else None,
        title="" if found else _unblocked_title(answers),
        text=_counts(groups, names),
        groups=groups,
        blocked=len(found),
        has_failed=any(answer.result == AnswerResult.FAIL for answer in found),
        passed=tuple(answer for answer in answers if answer.passed),
        names=names,
        checked_at=at,
        checked=sign(association, answers),
        changes=changes_since(checked, association, answers),
        after_code=after_code,
    )


def ready_page(association: Association, checks: Checks, reader: Reader, *, code_waits: bool) -> ReadyPage:
    """Return the page. The code will be bound to the version of the statement that it shows."""
    policy, statement = checks.rules.policy, checks.rules.statement
    words = {"vendor": settings.VENDOR_NAME, "partner": association.partner.tenant.name}
    return ReadyPage(
        partner_name=reader.other_name(association),
        needs_consent=association.model == Association.Model.RESELLER,
        deadline_days=policy.deadline_days,
        request_limit=policy.request_limit,
        window_months=policy.request_window_months,
        answers=checks.answers,
        changes=statement.what_changes(association.model, **words),
        stays=statement.what_stays(association.model, **words),
        masked_number=checks.terms.number.masked if checks.terms.number else "",
        checked_at=checks.checked_at,
        code_waits=code_waits,
        locked_until=checks.locked_until,
    )


def _unblocked_title(answers: tuple[Answer, ...]) -> str:
    if not answers:
        return _("Your association has changed since we sent the code")
    return _("The conditions have changed since we sent the code")


def _groups(found: Iterable[Answer], reader: Reader, names: Mapping[str, str]) -> tuple[TaskGroup, ...]:
    """Group the blockers by who acts, the reader's side first."""
    sides = (reader.side, *(side for side in (Side.CUSTOMER, Side.PARTNER, Side.VENDOR) if side != reader.side))
    by_side: dict[str, list[Answer]] = {side: [] for side in sides}
    for answer in found:
        by_side[reader.side if reader.side in answer.who else answer.who[0]].append(answer)
    return tuple(
        TaskGroup(side, _group_title(side, reader, names), tuple(of_side), side == reader.side)
        for side, of_side in by_side.items()
        if of_side
    )


def _group_title(side: str, reader: Reader, names: Mapping[str, str]) -> str:
    return _("For you") if side == reader.side else _("For %(name)s") % {"name": names[side]}


def _counts(groups: Iterable[TaskGroup], names: Mapping[str, str]) -> str:
    """Return `4 for you · 2 for Harbourline Systems`."""
    return " · ".join(
        _("%(n)d for you") % {"n": len(group.answers)}
        if group.is_mine
        else _("%(n)d for %(name)s") % {"n": len(group.answers), "name": names[group.side]}
        for group in groups
    )
