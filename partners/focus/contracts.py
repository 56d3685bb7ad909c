"""Parse contract commitments of FOCUS 1.3 and later: the rows of their dataset, and the column ContractApplied.

A row of the dataset names no customer. A charge does, and lists contract IDs in ContractApplied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from partners.focus.records import Problem
from partners.focus.values import MAX_KEY, SHOWN, BadCell, key_of, moment_of, text_of

COLUMNS = (
    "ContractCommitmentId",
    "ContractCommitmentPeriodStart",
    "ContractCommitmentPeriodEnd",
    "ContractCommitmentCategory",
    "ContractCommitmentType",
    "ContractCommitmentLifecycleStatus",  # 1.4
    "ServiceProviderName",  # 1.4
)
IN_FORCE = frozenset({"pending", "active", "exhausted"})
ENDED = frozenset({"expired", "canceled", "cancelled", "superseded"})
NEITHER = frozenset({"", "proposed"})


class Contract(NamedTuple):
    """One row of the dataset. A missing value is an empty string."""

    number: str
    starts_at: str  # ISO 8601 in UTC
    ends_at: str
    category: str
    type: str
    lifecycle: str  # in lower case
    provider: str


@dataclass(frozen=True)
class ContractColumns:
    width: int
    pick: Callable[[list[str]], tuple[str, ...]]

    def read(self, cells: list[str]) -> Contract | Problem:
        cells.append("")
        try:
            return _contract_of(dict(zip(COLUMNS, map(text_of, self.pick(cells)), strict=True)))
        except BadCell as error:
            return Problem(str(error))


def contract_columns_of(header: list[str]) -> ContractColumns:
    at = [header.index(name) if name in header else len(header) for name in COLUMNS]
    return ContractColumns(len(header), itemgetter(*at))


def _contract_of(cell: dict[str, str]) -> Contract:
    provider = cell["ServiceProviderName"]
    number = key_of(cell["ContractCommitmentId"], provider)
    if not 0 < len(number) <= MAX_KEY:
        raise BadCell(_("ContractCommitmentId is empty or has more than %(length)s characters") % {"length": MAX_KEY})
    start, end = (moment_of(name, cell[name]) for name in COLUMNS[1:3])
    if start and end and end <= start:
        raise BadCell(_("ContractCommitmentPeriodEnd is not after ContractCommitmentPeriodStart"))
    lifecycle = cell["ContractCommitmentLifecycleStatus"].casefold()
    if lifecycle not in IN_FORCE | ENDED | NEITHER:
        text = _("ContractCommitmentLifecycleStatus is not a status of FOCUS: %(cell)s")
        raise BadCell(text % {"cell": lifecycle[:SHOWN]})
    category, type_ = cell["ContractCommitmentCategory"], cell["ContractCommitmentType"]
    return Contract(number, start, end, category, type_, lifecycle, provider)


def strength(contract: Contract) -> tuple[bool, bool, bool, str]:
    """Sort key of rows with one ID: in force over undecided over ended, then no end over an end, then the later end."""
    return contract.lifecycle in IN_FORCE, contract.lifecycle not in ENDED, not contract.ends_at, contract.ends_at


def applied_numbers(text: str) -> list[str]:
    """Return the IDs of the contract commitments that a charge was applied to, sorted, without duplicates."""
    try:
        applied = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCell(_("ContractApplied is not JSON")) from error
    numbers = {text_of(str(number)) for element in _elements(applied) if (number := _id(element)) is not None}
    if any(len(number) > MAX_KEY for number in numbers):
        raise BadCell(_("an ID in ContractApplied has more than %(length)s characters") % {"length": MAX_KEY})
    return sorted(numbers - {""})


def _elements(applied: Any) -> Iterator[dict[str, Any]]:
    found = applied.get("Elements") if isinstance(applied, dict) else applied
    yield from (element for element in found or () if isinstance(element, dict)) if isinstance(found, list) else ()


def _id(element: dict[str, Any]) -> Any:
    """FOCUS 1.3 spells the key both ways: ContractCommitmentId and ContractCommitmentID."""
    return element.get("ContractCommitmentId", element.get("ContractCommitmentID"))
