"""Rows of the customer's Process page: the partner's requests, those to decide first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from partners.eligibility import Answer, blockers
from partners.models import DisassociationRequest
from partners.presentation.reader import Reader
from partners.presentation.state import RequestState, state_of


@dataclass(frozen=True)
class ProcessRow:
    request: DisassociationRequest
    partner_name: str
    partner_key: str
    state: RequestState
    ended_at: datetime | None
    blockers: tuple[Answer, ...] = ()


def rows_of(
    requests: Iterable[DisassociationRequest], reader: Reader, answers: dict[int, tuple[Answer, ...]] | None = None
) -> tuple[ProcessRow, ...]:
    """Return the rows. `answers` are the current checks by request, for the list that shows them."""
    return tuple(_row(request, reader, (answers or {}).get(request.pk, ())) for request in requests)


def _row(request: DisassociationRequest, reader: Reader, answers: tuple[Answer, ...]) -> ProcessRow:
    partner = request.partner.tenant
    ended_at = request.closed_at or request.decided_at
    return ProcessRow(request, partner.name, partner.key, state_of(request, reader), ended_at, blockers(answers))
