"""What the side that decides a request needs: the current checks, and the consequences of an approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Side
from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest
from partners.presentation.reader import Reader

_PAGES = {Side.PARTNER: "partners:partner_decide", Side.CUSTOMER: "partners:request"}


@dataclass(frozen=True)
class Decision:
    request: DisassociationRequest
    url: str  # of the page that shows it
    other_name: str
    names: Mapping[str, str]
    vendor: str
    blockers: tuple[Answer, ...]
    passed: tuple[Answer, ...]
    checked_at: datetime
    changes: tuple[str, ...]  # the statement of the consequences, for a customer

    @property
    def checked(self) -> int:
        return len(self.blockers) + len(self.passed)


def decision_of(request: DisassociationRequest, reader: Reader, answers: tuple[Answer, ...]) -> Decision:
    """Return the decision. `answers` are the current checks, without the details that the reader may not see."""
    shown = tuple(_shown_to(reader, answer) for answer in answers)
    return Decision(
        request=request,
        url=reverse(_PAGES[reader.side], args=[request.reference]),
        other_name=reader.other_name(request),
        names=reader.names(request),
        vendor=settings.VENDOR_NAME,
        blockers=blockers(shown),
        passed=tuple(answer for answer in shown if answer.passed),
        checked_at=timezone.now(),
        changes=_changes(request, reader),
    )


def _shown_to(reader: Reader, answer: Answer) -> Answer:
    """Return the answer as the reader may see it. A partner sees evidence only of what it can settle.

    Links lead to the customer's account center and hints address the customer, so the partner gets its own hint.
    """
    if reader.side == Side.CUSTOMER or answer.passed:
        return answer
    if Side.PARTNER not in answer.who:
        return answer.without_evidence()
    mine_first = tuple(sorted(answer.who, key=lambda side: side != reader.side))
    return replace(answer, link=None, who=mine_first, hint=answer.partner_hint or answer.hint)


def _changes(request: DisassociationRequest, reader: Reader) -> tuple[str, ...]:
    """Return what an approval changes for a customer, from the statement that the request was started under."""
    if reader.side == Side.PARTNER:
        return ()
    words = {"vendor": settings.VENDOR_NAME, "partner": reader.other_name(request)}
    return tuple(request.statement.what_changes(request.association.model, **words))
