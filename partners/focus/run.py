"""The terms of one import and what it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import FactKind
from partners.focus.contracts import Contract


@dataclass(frozen=True)
class Run:
    """What the operator asked for. `at` is the time of the run: every `synced_at` of it."""

    model: str
    at: datetime
    direct: frozenset[str] = frozenset()  # names of issuers in their normal form
    is_dry_run: bool = False
    adopts: bool = False
    is_complete: bool = False  # the files hold the whole of their billing periods
    brings_commitments: bool = True
    contract_of: Callable[[str, str], Contract | None] = lambda _key, _number: (
        None
    )  # by the customer's key and a number

    @property
    def brought(self) -> frozenset[FactKind]:
        """The kinds of fact that the file is the source of."""
        kinds = (FactKind.RESERVED_INSTANCES, FactKind.COMMERCE_CONTRACTS)
        return frozenset(kinds if self.brings_commitments else ())


@dataclass
class Figures:
    tenants_created: int = 0
    tenants_updated: int = 0
    partners_created: int = 0
    conflicts: int = 0
    commitments_ended: int = 0
    commitments_unseen: int = 0

    def add(self, other: Figures) -> None:
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


@dataclass
class Report:
    """The figures of one batch and what the operator must know in words, told only once the batch is committed."""

    figures: Figures = field(default_factory=Figures)
    messages: list[str] = field(default_factory=list)

    def conflict(self, message: str) -> None:
        self.figures.conflicts += 1
        self.say(message)

    def say(self, message: str) -> None:
        self.messages.append(message)

    def tell(self, say: Callable[[str], None]) -> Figures:
        for message in self.messages:
            say(message)
        return self.figures
