"""What an operation answers. A refusal is a value: its entry is committed, its reader says why."""

from dataclasses import dataclass

from partners.eligibility import Answer
from partners.models import DisassociationRequest


@dataclass(frozen=True)
class Done:
    request: DisassociationRequest


@dataclass(frozen=True)
class Submitted:
    request: DisassociationRequest


@dataclass(frozen=True)
class Blocked:
    """Checks are not all PASS. `after_code`: a right code was spent on it."""

    answers: tuple[Answer, ...]
    after_code: bool = False


@dataclass(frozen=True)
class Lost:
    """Somebody was first. `request` is as it now stands: it says what happened, by which side and when."""

    request: DisassociationRequest
