"""Return types of operations. A refusal is a value, not an exception: its log entry must be committed."""

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
    """Not all checks passed. `after_code` is True if a correct code was spent."""

    answers: tuple[Answer, ...]
    after_code: bool = False


@dataclass(frozen=True)
class Lost:
    """The race was lost. `request` has its current state: what happened, by which side and when."""

    request: DisassociationRequest
