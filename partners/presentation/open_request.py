"""The open request of an association, as My Partner and the check page show it: state, steps, links."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Association, DisassociationRequest
from partners.operations.withdraw import may_withdraw
from partners.presentation.reader import Reader
from partners.presentation.state import RequestState, state_of
from partners.presentation.track import TrackStep, track_of
from partners.queries.requests import with_sides


@dataclass(frozen=True)
class OpenRequest:
    request: DisassociationRequest
    state: RequestState
    track: tuple[TrackStep, ...]
    may_withdraw: bool
    may_decide: bool


def open_request_of(request: DisassociationRequest, association: Association, reader: Reader) -> OpenRequest:
    with_sides(request, association)
    return OpenRequest(
        request,
        state_of(request, reader),
        track_of(request, reader),
        may_withdraw=reader.is_administrator and reader.started(request) and may_withdraw(request),
        may_decide=reader.may_decide(request),
    )
