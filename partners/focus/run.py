"""The options of an import run, its figures and its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import FactKind
from partners.focus.contracts import Contract


@dataclass(frozen=True)
class Run:
    """The options of the operator. `at` is the time of the run, and the value of every `synced_at` that it writes."""

    model: str
    at: datetime
    direct: frozenset[str] = frozenset()  # normalized issuer keys
    is_dry_run: bool = False
    adopts: bool = False
    is_complete: bool = False  # the files contain every charge of their billing periods
    has_commitments: bool = True
    has_contracts_applied: bool = True  # every Cost and Usage file has the column ContractApplied
    # The contract of a customer's key and a number.
    contract_of: Callable[[str, str], Contract | None] = lambda _key, _number: None
    has_charges: Callable[[str], bool] = lambda _key: False  # whether the files charge a customer with this key

    @property
    def fact_kinds(self) -> frozenset[FactKind]:
        """The kinds of fact that the files contain."""
        kinds = (FactKind.RESERVED_INSTANCES, FactKind.COMMERCE_CONTRACTS)
        return frozenset(kinds if self.has_commitments else ())


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
    """The figures and messages of one batch. They are printed after the batch is committed."""

    figures: Figures = field(default_factory=Figures)
    messages: list[str] = field(default_factory=list)

    def add_conflict(self, message: str) -> None:
        self.figures.conflicts += 1
        self.add(message)

    def add(self, message: str) -> None:
        self.messages.append(message)

    def write_to(self, write: Callable[[str], None]) -> Figures:
        for message in self.messages:
            write(message)
        return self.figures
