"""Data of the Disassociate page: the answers of the checks and, if all pass, the statement to confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _, ngettext

from accounts.models import Side
from partners.eligibility import Answer, AnswerResult, blockers
from partners.models import Association
from partners.presentation.reader import Reader
from partners.queries.checks import Checks


@dataclass(frozen=True)
class BlockedPage:
    """The page if a check is FAIL or UNKNOWN: all blockers, each with what to do and who can do it."""

    partner_name: str
    total: int
    title: str
    text: str
    blockers: tuple[Answer, ...]
    has_failed: bool  # False: all blockers are unknown
    passed: tuple[Answer, ...]
    names: Mapping[str, str]
    checked_at: datetime
    after_code: bool


@dataclass(frozen=True)
class ReadyPage:
    partner_name: str
    needs_consent: bool
    deadline_days: int
    answers: tuple[Answer, ...]
    changes: list[str]
    stays: list[str]
    masked_number: str
    checked_at: datetime
    code_waits: bool  # a code was sent before and can still be entered
    locked_until: datetime | None  # no code is sent before


def blocked_page(
    association: Association, answers: tuple[Answer, ...], reader: Reader, at: datetime, *, after_code: bool = False
) -> BlockedPage:
    """Return the page. Without a blocker, the association or the rules changed after the code was sent."""
    found, names = blockers(answers), reader.names(association)
    return BlockedPage(
        partner_name=reader.other_name(association),
        total=len(answers),
        title=_count_words(found) if found else _unblocked_title(answers),
        text=_helper_words(found, reader, names),
        blockers=found,
        has_failed=_has_failed(found),
        passed=tuple(answer for answer in answers if answer.passed),
        names=names,
        checked_at=at,
        after_code=after_code,
    )


def ready_page(association: Association, checks: Checks, reader: Reader, *, code_waits: bool) -> ReadyPage:
    """Return the page. The code will be bound to the version of the statement that it shows."""
    statement = checks.rules.statement
    words = {"vendor": settings.VENDOR_NAME, "partner": association.partner.tenant.name}
    return ReadyPage(
        partner_name=reader.other_name(association),
        needs_consent=association.model == Association.Model.RESELLER,
        deadline_days=checks.rules.policy.deadline_days,
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


def _has_failed(found: tuple[Answer, ...]) -> bool:
    return any(answer.result == AnswerResult.FAIL for answer in found)


def _count_words(found: tuple[Answer, ...]) -> str:
    """Return the title. Unknown items count as things to settle only if others failed as well."""
    if _has_failed(found):
        words = ngettext(
            "You cannot disassociate yet: %(n)d thing to settle",
            "You cannot disassociate yet: %(n)d things to settle",
            len(found),
        )
    else:
        words = ngettext(
            "We could not check %(n)d item. Try again later.",
            "We could not check %(n)d items. Try again later.",
            len(found),
        )
    return words % {"n": len(found)}


def _helper_words(found: tuple[Answer, ...], reader: Reader, names: Mapping[str, str]) -> str:
    """Return how many items each side can handle, the reader's side first."""
    mine = sum(reader.side in answer.who for answer in found)
    own = ngettext("You can settle %(n)d yourself.", "You can settle %(n)d yourself.", mine)
    words = [own % {"n": mine}] if mine else []
    for side in (Side.CUSTOMER, Side.PARTNER, Side.VENDOR):
        number = sum(side in answer.who and reader.side not in answer.who for answer in found)
        if number and side != reader.side:
            sentence = ngettext("%(who)s can settle %(n)d.", "%(who)s can settle %(n)d.", number)
            words.append(sentence % {"n": number, "who": names[side]})
    return " ".join(words)
